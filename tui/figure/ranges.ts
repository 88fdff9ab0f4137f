import { cellBorders } from './cell-ranges.js';
import type { AxisScale, FigureAxis, FigureCells } from './figure.js';
import type { DrawableSeries } from './pieces.js';
import { isOnScale, type Range } from './scale.js';

/** Where axes begin and end. */

/** Room beyond the outermost values, as a part of the axis. */
const PADDING = 0.04;
/** Of an axis whose values are all the same: the factor to either end, or the part of the value. */
const SINGLE = { factor: 10, part: 0.5 };
const EMPTY: Readonly<Record<AxisScale, Range>> = { linear: [0, 1], logarithmic: [1, 10] };

function padded(low: number, high: number, scale: AxisScale): Range {
  if (scale === 'logarithmic') {
    const factor = low < high ? Math.exp(PADDING * (Math.log(high) - Math.log(low))) : SINGLE.factor;
    return [Math.max(Number.MIN_VALUE, low / factor), Math.min(Number.MAX_VALUE, high * factor)];
  }
  if (low === high) {
    const half = low === 0 ? 1 : Math.abs(low) * SINGLE.part;
    return [low >= 0 ? Math.max(0, low - half) : low - half, Math.min(Number.MAX_VALUE, high + half)];
  }
  const room = PADDING * high - PADDING * low;
  return [
    // Zero is where quantities begin: no axis of others goes below it.
    low >= 0 ? Math.max(0, low - room) : Math.max(-Number.MAX_VALUE, low - room),
    Math.min(Number.MAX_VALUE, high + room),
  ];
}

/** Calls `use` with every value that a series has on an axis, its error bars included. */
function eachValue({ kind, pieces }: DrawableSeries, axis: 'x' | 'y', use: (value: number) => void): void {
  // Bars stand on zero, where there is one.
  if (axis === 'y' && kind.endsWith('bars')) use(0);
  for (const piece of pieces) {
    for (const point of piece) {
      use(point[axis]);
      if (axis === 'y' && point.error !== undefined) use(point.y + point.error);
    }
  }
}

/** Whether a series is one level, such as a noise floor. */
const isLevel = ({ pieces }: DrawableSeries): boolean =>
  pieces.every((piece) => piece.every(({ y }) => y === pieces[0]![0]!.y));

/**
 * Lowest and highest value on the scale. A closed form that falls to zero has no lowest value on a logarithmic axis: there
 * what was measured decides, where there is any, and levels.
 */
function extremes(series: readonly DrawableSeries[], axis: 'x' | 'y', scale: AxisScale): Range {
  const hasMeasured = series.some(({ kind, pieces }) => kind !== 'theory' && pieces.length > 0);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of series) {
    const setsLow = scale === 'linear' || one.kind !== 'theory' || !hasMeasured || isLevel(one);
    eachValue(one, axis, (value) => {
      if (!isOnScale(value, scale)) return;
      if (setsLow && value < low) low = value;
      if (value > high) high = value;
    });
  }
  return [low, high];
}

/** The range of an axis: of categories all of them, of a diagram its outer borders, else that asked for, else that of the values. */
export function rangeOf(
  { range, scale, categories }: FigureAxis,
  axis: 'x' | 'y',
  { series, cells }: { readonly series: readonly DrawableSeries[]; readonly cells?: FigureCells | undefined },
): Range {
  if (categories !== undefined) return [-0.5, Math.max(0.5, categories.length - 0.5)];
  const borders = cells === undefined ? [] : cellBorders(cells[axis], scale);
  for (const [low, high] of [[borders[0], borders.at(-1)], range ?? []]) {
    if (low === undefined || high === undefined) continue;
    if (isOnScale(low, scale) && isOnScale(high, scale) && low < high) return [low, high];
  }
  const [low, high] = extremes(series, axis, scale);
  return low <= high ? padded(low, high, scale) : EMPTY[scale];
}
