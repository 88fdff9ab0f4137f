import { mean } from '../numerics/means.js';
import { holdsThroughout, mapSeries, partOf, squaredDeviations } from '../numerics/series.js';
import { equilibriumStart } from '../numerics/statistics/equilibrium-start.js';
import { meanWithError } from '../numerics/statistics/mean-error.js';

/** The end of a run over which its loss keeps its level. */
export interface StationaryPart {
  /** First step that belongs to it, counted from the first of the run. */
  readonly start: number;
  readonly steps: number;
  /** Independent values of log(loss) in it: its effective sample size. */
  readonly independent: number;
}

/** A drift of log(loss) over the part by less than this, in nats, is no drift: far below what predictions allow. */
const NEGLIGIBLE_DRIFT = 0.02;

/** log(loss) of steps, or its means over blocks of steps. */
export interface LogLosses {
  readonly values: Float64Array;
  /** Variance of log(loss) within each block; absent: each value is a step. */
  readonly within?: Float64Array;
}

/** The stationary part of a run, in elements of these, and their effective sample size counted in steps. */
export function stationaryElements({ values, within }: LogLosses, interval = 1): StationaryPart | null {
  if (!holdsThroughout(partOf(values, Math.floor(values.length / 2)), Number.isFinite)) return null;
  const start = equilibriumStart(values, { negligible: NEGLIGIBLE_DRIFT });
  if (start === undefined) return null;
  const part = partOf(values, start);
  const { mean: level, error, independent } = meanWithError(part);
  if (within === undefined || error === 0) return { start, steps: part.length, independent: interval * independent };
  // Of single steps: between blocks and within them.
  const variance = squaredDeviations(part, level) / part.length + mean(within.subarray(start));
  return { start, steps: part.length, independent: Math.min(interval * part.length, variance / error ** 2) };
}

/**
 * The stationary part of a run from the loss of its steps: where log(loss) has no trend, the transient before it left out,
 * half of the run at most. null if there is none. The logarithm, because bursts are then no larger than dips.
 */
export const stationaryPart = (losses: ArrayLike<number>): StationaryPart | null =>
  stationaryElements({ values: mapSeries(losses, (loss) => Math.log(loss)) });
