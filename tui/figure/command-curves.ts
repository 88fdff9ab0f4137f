import { formatNumber } from '../../src/text/output.js';
import type { Cell } from '../../toy/phase/cells.js';
import { elrCurve } from './closed-form.js';
import { bucketMeansOf } from './decimate.js';
import type { AxisScale, Figure, FigurePoint, FigureSeries } from './figure.js';
import { isOnScale } from './scale.js';

/** Curves of single commands: a quantity of the toy against the ELR, a loss along a run or along a line between weights. */

/** From this ratio of the largest to the least positive value on, the axis is logarithmic. */
const DECADES = 1e3;

/** The scale of an axis that shows all values: logarithmic where they span decades and none is negative. */
export function scaleOf(values: ArrayLike<number>): AxisScale {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of Array.from(values).filter(Number.isFinite)) {
    if (value < 0) return 'linear';
    if (value > 0) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return high / low >= DECADES ? 'logarithmic' : 'linear';
}

/** Longer series are drawn as this many means: a chart of 80 columns shows as many levels, and no noise hides them. */
const BUCKETS = 60;

/** How many values a mean is of: buckets differ by one where the values do not divide. */
function bucketSizes(values: number): string {
  const least = Math.floor(values / BUCKETS);
  return values % BUCKETS === 0 ? formatNumber(least) : `${least} or ${least + 1}`;
}

/** Values at equally spaced places of x, from its first to its last, with other series over them. */
export function curveFigure(
  title: string,
  values: ArrayLike<number>,
  { label, y, last, theory = [] }: CurveOptions,
): Figure {
  const step = last / Math.max(1, values.length - 1);
  const all = Array.from(values, (value, i): FigurePoint => ({ x: i * step, y: value }));
  const points = bucketMeansOf(all, BUCKETS);
  const notes = points === all ? [] : [`each point is the mean of ${bucketSizes(all.length)} values`];
  return {
    ...{ name: 'curve', title, x: { label, scale: 'linear' }, y: { label: y, scale: scaleOf(values) } },
    ...{ series: [{ name: y, kind: 'line', points }, ...theory], marks: [], notes },
  };
}

export interface CurveOptions {
  /** Labels of the horizontal and of the vertical axis. */
  readonly label: string;
  readonly y: string;
  /** The place of the last value; the first one is at 0. */
  readonly last: number;
  readonly theory?: readonly FigureSeries[];
}

/** Quantities of the toy that can be drawn against the ELR. EGN and ESS span decades. */
const ELR_QUANTITIES: Readonly<Record<string, { readonly label: string; readonly scale: AxisScale }>> = {
  loss: { label: 'loss', scale: 'linear' },
  egn: { label: 'EGN', scale: 'logarithmic' },
  ess: { label: 'ESS', scale: 'logarithmic' },
  lyapunov: { label: 'Lyapunov exponent, nats a step', scale: 'linear' },
  noiseShare: { label: 'noise share R', scale: 'logarithmic' },
};

/** On logarithmic axes smaller values are 0 but for rounding. */
const SMALLEST = 1e-4;

export interface ElrCurveOptions {
  readonly title: string;
  /** loss, egn, ess, lyapunov, or the name of a norm share. */
  readonly quantity: string;
  readonly elrs: readonly number[];
  readonly cells: readonly Cell[];
  /** Value of the quantity in a cell; NaN if there is none. */
  readonly numberOf: (cell: Cell) => number;
  /** Closed form and ELR of its convergence threshold, where there is one. */
  readonly theory?: { readonly valueAt: (elr: number) => number; readonly threshold: number } | undefined;
}

/** Simulated points, joined, under the closed form. A cell that collapsed has no value. */
export function elrCurveFigure({ title, quantity, elrs, cells, numberOf, theory }: ElrCurveOptions): Figure {
  const { label, scale } = ELR_QUANTITIES[quantity] ?? { label: `norm ${quantity}`, scale: 'linear' };
  const shown = (cell: Cell): number => {
    const value = cell.collapsed ? Number.NaN : numberOf(cell);
    return scale === 'logarithmic' && value < SMALLEST ? 0 : value;
  };
  const points = cells.map((cell, i): FigurePoint => ({ x: elrs[i]!, y: shown(cell), regime: cell.regime }));
  const range = [elrs[0]!, elrs.at(-1)!] as const;
  return {
    ...{ name: 'curve', title, x: { label: 'ELR', scale: 'logarithmic', range }, y: { label, scale } },
    series: [
      { name: 'simulated', kind: 'line', points: points.map(({ x, y }) => ({ x, y })) },
      // The line says how many values are missing.
      { name: 'simulated', kind: 'points', points: points.filter(({ y }) => isOnScale(y, scale)) },
      ...(theory ? [elrCurve(range, theory.threshold, theory.valueAt)] : []),
    ],
    marks: theory ? [{ x: theory.threshold, name: 'convergence up to', kind: 'threshold' }] : [],
    notes: [],
  };
}
