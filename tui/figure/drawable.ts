import { cellBorders } from './cell-borders.js';
import type { AxisScale, Figure, FigureAxis, FigurePoint, FigureSeries } from './figure.js';
import { isOnScale, type Range } from './scale.js';

/** How many points have no place on the axes. */
export interface LeftOut {
  /** NaN or infinite. */
  readonly notFinite: number;
  /** Zero or negative on a logarithmic axis. */
  readonly notPositive: number;
}

/** A series as pieces without gaps: a point without a place ends a line, it does not bridge it. */
export interface DrawableSeries extends Omit<FigureSeries, 'points'> {
  readonly pieces: readonly (readonly FigurePoint[])[];
}

export interface Drawable {
  readonly xRange: Range;
  readonly yRange: Range;
  readonly series: readonly DrawableSeries[];
  readonly leftOut: LeftOut;
  /** Whether there is anything to see. */
  readonly isEmpty: boolean;
}

/** Room beyond the outermost values, as a part of the axis. */
const PADDING = 0.04;
/** Of an axis whose values are all the same: the factor to either end, or the part of the value. */
const SINGLE = { factor: 10, part: 0.5 };
const EMPTY: Readonly<Record<AxisScale, Range>> = { linear: [0, 1], logarithmic: [1, 10] };

function pieces({ points }: FigureSeries, isDrawn: (point: FigurePoint) => boolean): FigurePoint[][] {
  const all: FigurePoint[][] = [];
  let piece: FigurePoint[] = [];
  for (const point of points) {
    if (isDrawn(point)) piece.push(point);
    else if (piece.length > 0) {
      all.push(piece);
      piece = [];
    }
  }
  return piece.length > 0 ? [...all, piece] : all;
}

function padded(low: number, high: number, scale: AxisScale): Range {
  if (scale === 'logarithmic') {
    const factor = low < high ? (high / low) ** PADDING : SINGLE.factor;
    return [Math.max(Number.MIN_VALUE, low / factor), Math.min(Number.MAX_VALUE, high * factor)];
  }
  if (low === high) {
    const half = low === 0 ? 1 : Math.abs(low) * SINGLE.part;
    return [low - half, high + half];
  }
  const room = PADDING * high - PADDING * low;
  // Zero is where quantities begin: no axis of positive ones goes below it.
  return [
    low >= 0 ? Math.max(0, low - room) : Math.max(-Number.MAX_VALUE, low - room),
    Math.min(Number.MAX_VALUE, high + room),
  ];
}

/** The range asked for where the scale has it, else that of the values; never empty. */
function rangeOf({ range, scale, categories }: FigureAxis, values: Iterable<number>): Range {
  if (categories !== undefined) return [-0.5, Math.max(0.5, categories.length - 0.5)];
  if (range?.every((end) => isOnScale(end, scale)) && range[0] < range[1]) return range;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!isOnScale(value, scale)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? padded(low, high, scale) : EMPTY[scale];
}

/** A closed form that falls to 0 has no lowest value on a logarithmic axis: what was measured decides, where there is any. */
function deciding(series: readonly DrawableSeries[], { scale }: FigureAxis): readonly DrawableSeries[] {
  const measured = series.filter(({ kind, pieces }) => kind !== 'theory' && pieces.length > 0);
  return scale === 'linear' || measured.length === 0 ? series : measured;
}

function* values(series: readonly DrawableSeries[], axis: 'x' | 'y'): Iterable<number> {
  for (const { pieces, kind } of series) {
    // Bars stand on zero, where there is one.
    if (axis === 'y' && kind.endsWith('bars')) yield 0;
    for (const piece of pieces) {
      for (const point of piece) {
        yield point[axis];
        if (axis === 'y' && point.error !== undefined) yield point.y + point.error;
      }
    }
  }
}

/** What of a figure can be drawn on its axes, and where they begin and end. */
export function drawable({ x, y, series, cells }: Figure): Drawable {
  let notFinite = 0;
  let notPositive = 0;
  const isDrawn = (point: FigurePoint): boolean => {
    if (isOnScale(point.x, x.scale) && isOnScale(point.y, y.scale)) return true;
    if (Number.isFinite(point.x) && Number.isFinite(point.y)) notPositive++;
    else notFinite++;
    return false;
  };
  const drawn = series.map(({ points, ...rest }): DrawableSeries => {
    // A closed form that is 0 below a threshold is not missing there.
    const counts = [notFinite, notPositive] as const;
    const whole = pieces({ points, ...rest }, isDrawn);
    if (rest.kind === 'theory') [notFinite, notPositive] = counts;
    return { ...rest, pieces: whole };
  });
  const rangeFor = (axis: 'x' | 'y', of: FigureAxis): Range => {
    // A diagram reaches to the outer borders of its cells.
    const borders = cells === undefined ? [] : cellBorders(cells[axis], of.scale);
    const [low, high] = [borders[0], borders.at(-1)];
    if (low !== undefined && high !== undefined && isOnScale(low, of.scale) && low < high) return [low, high];
    return rangeOf(of, values(deciding(drawn, of), axis));
  };
  return {
    xRange: rangeFor('x', x),
    yRange: rangeFor('y', y),
    series: drawn,
    leftOut: { notFinite, notPositive },
    isEmpty: cells === undefined && drawn.every(({ kind, pieces }) => kind === 'theory' || pieces.length === 0),
  };
}

/** What a reader must know besides the picture: the figure's notes, and how many points are missing in it. */
export function figureNotes({ notes }: Figure, { leftOut: { notFinite, notPositive } }: Drawable): string[] {
  const points = (count: number): string => `${count} ${count === 1 ? 'point' : 'points'} left out`;
  return [
    ...notes,
    ...(notFinite > 0 ? [`${points(notFinite)}: not finite`] : []),
    ...(notPositive > 0 ? [`${points(notPositive)}: not positive on a logarithmic axis`] : []),
  ];
}
