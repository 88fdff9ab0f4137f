import type { CombinedEstimate } from './combine-runs.js';
import type { Estimate } from './estimate.js';

/** A ratio of means over runs, with its standard error from their scatter and the degrees of freedom of that error. */
export interface RatioOfMeans extends Estimate {
  readonly degrees: number;
}

/**
 * The error of a mean over runs relative to it. One run has none: where it stands changes from one moment to the next by far more than the
 * error of its batches.
 */
const relativeError = ({ mean, error, runs }: CombinedEstimate): number => (runs > 1 ? error / mean : Number.NaN);

/**
 * One mean over another, with an error of NaN where one is of a single run. Both count as independent; the degrees of freedom are those of
 * Welch and Satterthwaite.
 */
export function ratioOfMeans(above: CombinedEstimate, below: CombinedEstimate): RatioOfMeans {
  const both = [above, below];
  const mean = above.mean / below.mean;
  const relative = Math.hypot(...both.map(relativeError));
  const spread = both.reduce((sum, one) => sum + relativeError(one) ** 4 / (one.runs - 1), 0);
  return { mean, error: mean * relative, degrees: relative ** 4 / spread };
}
