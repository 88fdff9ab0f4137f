import type { Estimate } from '../numerics/statistics/estimate.js';
import { type Bracket, bracketCentre, bracketError } from '../regime/thresholds.js';

/** A convergence threshold forecast without reading the network as a toy. */
export interface ThresholdForecast {
  readonly name: string;
  /** The statement of theory.md behind it, or what else it rests on. */
  readonly source: string;
  /** The ELR up to which runs of the steps to come converge; null where the reading gives none. */
  readonly threshold: Estimate | null;
  readonly note?: string;
}

/** Where convergence ends, as a part of the ELR of divergence. */
const PART_OF_DIVERGENCE = 1 / 16;
/** Root mean square of log(measured / forecast) on eight networks (docs/findings.md, section 5). */
const SCATTER = 0.5;

const SIMPLEST_FORECAST = 'a sixteenth of divergence';

/**
 * The rule of thumb that no reading has beaten: convergence ends at a sixteenth of the ELR of divergence. undefined where that is not
 * bracketed. The error is that of the bracket together with how far eight networks were from the rule, a factor of 1.6.
 */
export function simplestForecast(divergence: Bracket): ThresholdForecast | undefined {
  const centre = bracketCentre(divergence);
  if (centre === undefined) return undefined;
  const mean = centre * PART_OF_DIVERGENCE;
  const threshold = { mean, error: mean * Math.hypot(bracketError(divergence), SCATTER) };
  return { name: SIMPLEST_FORECAST, source: 'rule of thumb', threshold };
}
