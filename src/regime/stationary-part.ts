import { holdsThroughout, mapSeries, partOf } from '../numerics/series.js';
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

/**
 * The stationary part of a run from the loss of its steps: where log(loss) has no trend, the transient before it left out,
 * half of the run at most. null if there is none. The logarithm, because bursts are then no larger than dips.
 */
export function stationaryPart(losses: ArrayLike<number>): StationaryPart | null {
  const logs = mapSeries(losses, (loss) => Math.log(loss));
  if (!holdsThroughout(partOf(logs, Math.floor(logs.length / 2)), Number.isFinite)) return null;
  const start = equilibriumStart(logs, { negligible: NEGLIGIBLE_DRIFT });
  if (start === undefined) return null;
  const part = partOf(logs, start);
  return { start, steps: part.length, independent: meanWithError(part).independent };
}
