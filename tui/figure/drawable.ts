import type { Figure, FigurePoint } from './figure.js';
import { type DrawableSeries, piecesOf } from './pieces.js';
import { rangeOf } from './ranges.js';
import { isOnScale, type Range } from './scale.js';

/** How many points have no place on the axes. */
export interface LeftOut {
  /** NaN or infinite. */
  readonly notFinite: number;
  /** Zero or negative on a logarithmic axis. */
  readonly notPositive: number;
}

export interface Drawable {
  readonly xRange: Range;
  readonly yRange: Range;
  readonly series: readonly DrawableSeries[];
  readonly leftOut: LeftOut;
  /** Whether there is nothing to see but theory. */
  readonly isEmpty: boolean;
}

/** What of a figure can be drawn on its axes, and where they begin and end. */
export function drawable({ x, y, series, cells }: Figure): Drawable {
  const leftOut = { notFinite: 0, notPositive: 0 };
  const isDrawn = (point: FigurePoint): boolean => isOnScale(point.x, x.scale) && isOnScale(point.y, y.scale);
  const drawn = series.map(({ points, ...rest }): DrawableSeries => {
    // A closed form that is 0 below a threshold is not missing there.
    // What is faint is there beside the same values without it, which count.
    const missing = rest.kind === 'theory' || rest.look === 'faint' ? [] : points.filter((point) => !isDrawn(point));
    const notPositive = missing.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y)).length;
    leftOut.notPositive += notPositive;
    leftOut.notFinite += missing.length - notPositive;
    return { ...rest, pieces: piecesOf(points, isDrawn) };
  });
  const shown = { series: drawn, cells };
  return {
    xRange: rangeOf(x, 'x', shown),
    yRange: rangeOf(y, 'y', shown),
    series: drawn,
    leftOut,
    isEmpty: !hasCells(cells) && drawn.every(({ kind, pieces }) => THEORY.has(kind) || pieces.length === 0),
  };
}

const THEORY: ReadonlySet<DrawableSeries['kind']> = new Set(['theory', 'predicted bars']);

const hasCells = (cells: Figure['cells']): boolean =>
  cells?.values.some((row) => row.some((value) => value !== null)) === true;

/** Why there is nothing to see in a figure but theory; undefined where there is. */
export function nothingToDraw(figure: Figure): string | undefined {
  const shown = drawable(figure);
  if (!shown.isEmpty) return undefined;
  return figureNotes(figure, shown).join('; ') || 'there are no values to draw';
}

/** What stands in an empty plot. */
export const emptyText = ({ leftOut }: Pick<Drawable, 'leftOut'>): string =>
  leftOut.notPositive > 0 ? 'no value above 0: none is on a logarithmic axis' : 'nothing to draw yet';

/** What a reader must know besides the picture: the figure's notes, and how many points are missing in it. */
export function figureNotes({ notes }: Figure, { leftOut: { notFinite, notPositive } }: Drawable): string[] {
  const points = (count: number): string => `${count} ${count === 1 ? 'point' : 'points'} left out`;
  return [
    ...notes,
    ...(notFinite > 0 ? [`${points(notFinite)}: not finite`] : []),
    ...(notPositive > 0 ? [`${points(notPositive)}: not positive on a logarithmic axis`] : []),
  ];
}

/** The figure with those of its verticals that lie on its axis. */
export const withVisibleMarks = (figure: Figure, { xRange: [low, high] }: Drawable): Figure => ({
  ...figure,
  marks: figure.marks.filter(({ x }) => x >= low && x <= high),
});
