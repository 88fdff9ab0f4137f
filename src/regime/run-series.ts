import { mapSeries } from '../numerics/series.js';
import { type GroupColumns, StepColumns } from '../run/step-columns.js';
import type { WeightedProducts } from '../sphere/equal-rotation-shares.js';
import { type RecordedFloors, recordedFloors } from '../sphere/noise-floor.js';
import type { LogLosses } from './stationary-part.js';

/** A run as judging and averaging see it, whatever is kept of its steps. */

/** What averages of one group are over. Functions compute what is not kept, so that no more of it is in memory than is in use. */
export interface GroupSeries {
  readonly name: string;
  readonly share: Float64Array;
  readonly egn: Float64Array;
  readonly ess: Float64Array;
  /** log(1 + ess^2). */
  turning(): Float64Array;
  /** elr g_i = ess_i w_i of the steps, from which shares of equal rotation follow (K4). */
  products(): Float64Array | WeightedProducts;
}

/** A run, or its end: of each quantity a number an element, which is a step, or the mean over a block of consecutive steps. */
export interface RunSeries {
  /** Number of elements. */
  readonly length: number;
  /** Steps that each stands for. */
  readonly interval: number;
  /** Steps before the first, which no element stands for: fewer than `interval`. */
  readonly skipped: number;
  readonly loss: Float64Array;
  readonly accuracy: Float64Array;
  readonly egn: Float64Array;
  readonly ess: Float64Array;
  /** arctan(ess) in radians, where elements are blocks. */
  readonly angle?: Float64Array;
  readonly groups: readonly GroupSeries[];
  /** log(loss). */
  logLoss(): LogLosses;
  /** EGN^2, from an element on. */
  squaredEgn(from: number): Float64Array;
  /** log(1 + ess^2). */
  turning(): Float64Array;
  /** As `recordedFloors` has them. */
  floors(momentum: number): RecordedFloors;
  /** The end of the run, from an element on. */
  from(element: number): RunSeries;
}

/** log(1 + ess^2): twice the logarithm by which a step stretches the weights. */
export const turningOf = (ess: number): number => Math.log1p(ess * ess);

const groupSeries = ({ name, share, egn, ess }: GroupColumns): GroupSeries => ({
  ...{ name, share, egn, ess },
  turning: () => ess.map(turningOf),
  products: () => ess.map((step, i) => step * share[i]!),
});

/** Steps that are all kept, one an element. */
export function stepSeries(steps: StepColumns): RunSeries {
  const { columns, length } = steps;
  const { loss, accuracy, egn, ess } = columns;
  return {
    ...{ length, interval: 1, skipped: 0, loss, accuracy, egn, ess },
    groups: columns.groups.map(groupSeries),
    logLoss: () => ({ values: mapSeries(loss, Math.log) }),
    squaredEgn: (from) => egn.subarray(from).map((value) => value * value),
    turning: () => ess.map(turningOf),
    floors: (momentum) => recordedFloors(columns, momentum),
    from: (element) => stepSeries(steps.slice(element)),
  };
}

/** Steps as such a series; what is one already stays what it is. */
export const seriesOf = (run: StepColumns | RunSeries): RunSeries =>
  run instanceof StepColumns ? stepSeries(run) : run;
