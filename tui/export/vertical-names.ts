import type { Drawable } from '../figure/drawable.js';
import { drawnPlaces, type Places, placeOf } from './line-ends.js';
import type { Box } from './place-labels.js';
import { textWidth } from './text-width.js';
import type { Row } from './vega-data.js';

/** Names of verticals: along them, left or right, above or below, where least is drawn. */
export function verticalNames(
  marks: readonly { readonly x: number; readonly name: string }[],
  shown: Drawable,
  places: Places,
  size: number,
): (Row & { readonly box: Box })[] {
  const drawn = drawnPlaces(shown, places);
  const points = shown.series.flatMap(({ pieces }) => pieces.flat()).map((point) => placeOf(point, places));
  const all = [...drawn, ...points];
  const [thick, inset] = [size + 4, 5];
  return marks.map(({ x, name }) => {
    const [px, length] = [places.x(x), textWidth(name, size)];
    const options = [-1, 1].flatMap((side) =>
      [true, false].map((isTop) => {
        const [left, right] = side < 0 ? [px - thick, px] : [px, px + thick];
        const [top, bottom] = isTop ? [0, length + inset] : [places.height - length - inset, places.height];
        const crowd = all.filter(
          (spot) => spot.x >= left && spot.x <= right && spot.y >= top && spot.y <= bottom,
        ).length;
        const isOutside = left < 0 || right > places.width;
        return { side, isTop, cost: crowd + (isOutside ? 1e4 : 0) };
      }),
    );
    const { side, isTop } = options.reduce((a, b) => (b.cost < a.cost ? b : a));
    const top = isTop ? 0 : places.height - length - inset;
    const middle = px + side * (thick / 2);
    return {
      box: { left: middle - thick / 2, right: middle + thick / 2, top, bottom: top + length + inset },
      name,
      px: middle,
      py: isTop ? inset : places.height - inset,
      align: isTop ? 'right' : 'left',
    };
  });
}
