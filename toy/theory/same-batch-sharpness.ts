/**
 * The same-batch sharpness of the toy in units of 2 / elr, elr E[g_a.H_a g_a] / (2 E|g_a|^2), in closed form (theory.md, T13 with
 * a = b): what a batch's own loss bends by along its own gradient. Its value 1 is the edge of stochastic stability of
 * Andreyev and Beneventano (2024).
 */
import { breakEvenElr, type GroupPoint } from './break-even.js';
import { checkNoiseLaw, type NoiseLaw } from './multiplicative-noise.js';
import { phaseNoiseFloor } from './noise.js';
import { thresholdExcess, thresholdRatio } from './thresholds.js';

/**
 * elr sum_i (g_i / w_i)^2 alpha_i cos 2 theta_i / sum_i g_i^2 / w_i: at one point without noise, exact; k cos 2 theta if all
 * groups are at one angle with shares alpha_i / S. NaN if the gradient is 0. Fails (UsageError) at bad alpha or ELR.
 */
export function pointSameBatchSharpness(alpha: readonly number[], elr: number, point: GroupPoint): number {
  thresholdRatio(alpha, elr);
  return elr / breakEvenElr(alpha, point);
}

/**
 * k up to the threshold, near the minimum with w_i = alpha_i / S, and 1 above it, on the orbit of T4, where cos 2 theta* = 1 / k:
 * the plain toy where it settles. Fails (UsageError) as `thresholdRatio`.
 */
export const settledSameBatchSharpness = (alpha: readonly number[], elr: number): number =>
  thresholdExcess(alpha, elr) > 0 ? 1 : thresholdRatio(alpha, elr);

/**
 * k (1 - 6 sigma^2 / (1 - k)) of one group on the floor of additive phase noise (T11), up to sigma^4: a batch sees its own minimum,
 * at phi = theta + eps of variance sigma^2 / (1 - k), and E[sin^2 2phi cos 2phi] / E[sin^2 2phi] = 1 - 2 E phi^4 / E phi^2. For n groups
 * with w_i = alpha_i / S it is k to leading order. So noise that holds a run at a level leaves it below 1. Fails (UsageError) as
 * `phaseNoiseFloor`.
 */
export function phaseSameBatchSharpness(alpha: number, elr: number, sigma: number): number {
  phaseNoiseFloor([alpha], elr, sigma);
  const k = thresholdRatio([alpha], elr);
  return k * (1 + (6 * sigma * sigma) / thresholdExcess([alpha], elr));
}

/** E[s^3] of a law of mean 1 and second moment m: Bernoulli m^2, exponential 6, lognormal m^3. */
function thirdMoment(law: NoiseLaw, secondMoment: number): number {
  checkNoiseLaw(law, secondMoment);
  if (law === 'exponential') return 6;
  return law === 'bernoulli' ? secondMoment ** 2 : secondMoment ** 3;
}

/**
 * k E[s^3] / E[s^2]: multiplicative noise (T10) near the minimum of one group, since g_a = s g and H_a = s H. For Bernoulli noise it is R
 * and 1 at the threshold; at the mean-square threshold of the others it is above 1, 1.5 for exponential and m for lognormal s, so
 * that a converging run may have more than 1. Fails (UsageError) as `thresholdRatio` and `checkNoiseLaw`.
 */
export const multiplicativeSameBatchSharpness = (
  alpha: number,
  elr: number,
  { law, secondMoment }: { readonly law: NoiseLaw; readonly secondMoment: number },
): number => (thresholdRatio([alpha], elr) * thirdMoment(law, secondMoment)) / secondMoment;
