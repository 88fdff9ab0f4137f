/**
 * Heavy-ball momentum on the sphere with a fixed ELR (theory.md, T12): v <- beta v - elr grad F(x), then
 * x <- (x + v) / |x + v|, v starting at 0 and kept as a vector of the whole space. Near the minimum of one group v is
 * theta_t - theta_(t-1) to first order, whether or not it is projected or turned along with x:
 * theta_(t+1) = (1 + beta - 2k) theta_t - beta theta_(t-1), so its multipliers m solve m^2 - (1 + beta - 2k) m + beta = 0.
 * With an averaged velocity, v <- beta v - (1 - beta) elr grad F, read every elr here as (1 - beta) elr.
 */
import { UsageError } from '../../src/system/usage-error.js';
import { productMinus } from './exact-product.js';
import { sumOfAlpha } from './thresholds.js';

function checkMomentum(beta: number): void {
  if (!(beta >= 0 && beta < 1)) throw new UsageError(`momentum is ${beta}; allowed: from 0 to 1, 1 excluded`);
}

/**
 * 1 + beta: the k at which a multiplier reaches -1 and the minimum of one group loses its stability (T12). Fails
 * (UsageError) unless 0 <= beta < 1.
 */
export function momentumThresholdRatio(beta: number): number {
  checkMomentum(beta);
  return 1 + beta;
}

/**
 * (1 + beta) / S: the ELR threshold of one group (T12). For more it is where the last minimum, that with the shares
 * alpha_i / S, loses its stability; runs may miss it earlier, since v is not orthogonal to the parameters, so that K3 no
 * longer drives the shares there: of ten random starts with alpha = (1, 2, 4), beta = 0.5, all converge in 20,000 steps at
 * k = 1.05, seven at 1.35 and none at 1.47. Fails (UsageError) at bad alpha and unless 0 <= beta < 1.
 */
export const momentumThreshold = (alpha: readonly number[], beta: number): number =>
  momentumThresholdRatio(beta) / sumOfAlpha(alpha);

/**
 * The factor by which theta shrinks a step near the minimum of one group, the larger |m|: sqrt(beta) between
 * k = (1 - sqrt beta)^2 / 2 and (1 + sqrt beta)^2 / 2, where the multipliers are complex; else
 * (|1 + beta - 2k| + sqrt((1 + beta - 2k)^2 - 4 beta)) / 2. |1 - 2k| at beta = 0; 1 at k = 1 + beta, more beyond. Fails
 * (UsageError) unless k is positive and finite and 0 <= beta < 1.
 */
export function momentumFactor(k: number, beta: number): number {
  checkMomentum(beta);
  if (!(k > 0 && Number.isFinite(k))) throw new UsageError(`k is ${k}; allowed: a positive number`);
  // The trace t = 1 + beta - 2k with what rounding it loses, since t^2 nearly cancels 4 beta where two multipliers are near.
  const sum = 1 + beta;
  const rounded = sum - 2 * k;
  const back = rounded - sum;
  const lost = beta - (sum - 1) + (sum - (rounded - back) + (-2 * k - back));
  const trace = rounded + lost;
  const discriminant = productMinus(trace, trace, 4 * beta) + 2 * trace * (rounded - trace + lost);
  if (discriminant <= 0) return Math.sqrt(beta);
  return (Math.abs(trace) + Math.sqrt(discriminant)) / 2;
}
