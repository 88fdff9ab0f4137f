/** The noise share R = elr E|g_a|^2 / (4 (F - F*)) of the toy in closed form, variant by variant (theory.md, T14). */
import { UsageError } from '../../src/system/usage-error.js';
import { productMinus } from './exact-product.js';
import { phaseNoiseFloor } from './noise.js';
import { checkNotNegative } from './noise-floor.js';
import { randomLoss } from './points.js';
import { sumOfAlpha, thresholdExcess, thresholdRatio } from './thresholds.js';

/**
 * sum_i k_i F_i cos^2 theta_i / sum_i F_i with k_i = elr alpha_i / w_i: R at one point of the sphere without noise, exact
 * (T14), since g_i^2 / w_i = 4 alpha_i F_i cos^2 theta_i / w_i. Near the minimum with w_i = alpha_i / S it is k; with other
 * shares it goes to the k_i of the largest |1 - 2 k_i|, whose loss falls slowest. Fails (UsageError) at bad alpha or ELR,
 * and unless there is an angle (radians) and a positive share for each group.
 */
export function pointNoiseShare(
  alpha: readonly number[],
  elr: number,
  { angles, shares }: { readonly angles: readonly number[]; readonly shares: readonly number[] },
): number {
  thresholdRatio(alpha, elr);
  if (angles.length !== alpha.length || shares.length !== alpha.length || !shares.every((share) => share > 0))
    throw new UsageError(`${alpha.length} groups need as many angles and positive norm shares`);
  let loss = 0;
  let floor = 0;
  alpha.forEach((value, i) => {
    const [sine, cosine] = [Math.sin(angles[i]!), Math.cos(angles[i]!)];
    loss += value * sine * sine;
    floor += (elr * value * value * sine * sine * cosine * cosine) / shares[i]!;
  });
  return floor / loss;
}

/**
 * R of the plain toy where it settles (T14): k as it converges with w_i = alpha_i / S, and (k + 1) / 2 on the orbit of T4,
 * any number of groups. Both come from cos^2 theta, which is 1 at the minimum and (1 + 1/k) / 2 on the orbit. Averages of
 * chaotic motion follow the orbit only up to about k = 2. Fails (UsageError) as `thresholdRatio`.
 */
export function settledNoiseShare(alpha: readonly number[], elr: number): number {
  const excess = thresholdExcess(alpha, elr);
  return excess > 0 ? 1 + excess / 2 : thresholdRatio(alpha, elr);
}

/** k / 4: R of random points of one group, E sin^2(2 theta) / (4 E sin^2 theta) (T6). Of more groups E[1/w_i] is infinite. */
export const randomNoiseShare = (alpha: number, elr: number): number => thresholdRatio([alpha], elr) / 4;

/**
 * 1 + sigma^2 (4k^2 + k - 2) / (1 - k): R of one group on the floor of additive phase noise (T11), up to sigma^4, with g_a
 * the noisy gradient and F the loss without noise. For n groups with w_i = alpha_i / S it is 1 to leading order. Fails
 * (UsageError) as `phaseNoiseFloor`.
 */
export function phaseNoiseShare(alpha: number, elr: number, sigma: number): number {
  phaseNoiseFloor([alpha], elr, sigma);
  const k = thresholdRatio([alpha], elr);
  // 4k^2 + k - 2 has a root near 0.593.
  const root = (Math.sqrt(33) - 1) / 8;
  const factored = 4 * (k - root) * (k + root + 0.25);
  return 1 - (sigma * sigma * factored) / thresholdExcess([alpha], elr);
}

/**
 * Whether phase noise is weak enough for the closed forms of T11: their loss is below that of a random point, and R of one group
 * positive. Beyond it they are expansions in sigma that say nothing. Fails (UsageError) as `phaseNoiseFloor`.
 */
export const isWeakPhaseNoise = (alpha: readonly number[], elr: number, sigma: number): boolean =>
  phaseNoiseFloor(alpha, elr, sigma) < randomLoss(alpha) &&
  (alpha.length > 1 || phaseNoiseShare(alpha[0]!, elr, sigma) > 0);

/**
 * S (1 - exp(-2 sigma^2)) / 2: the loss that a displaced batch has at the minimum of the mean loss (T11), which no step
 * removes. With F the loss of the batch of the step, which is what networks record, R is 1 only after it is subtracted,
 * and k without that (leading order). Fails (UsageError) at bad alpha and for a negative sigma.
 */
export function batchLossFloor(alpha: readonly number[], sigma: number): number {
  checkNotNegative('sigma', sigma);
  return (sumOfAlpha(alpha) * -Math.expm1(-2 * sigma * sigma)) / 2;
}

/**
 * k E[s^2]: R of multiplicative noise (T10) as a conditional expectation, near the minimum with w_i = alpha_i / S: the mean
 * over steps of elr |g_a|^2 / (4F), with F the loss of all data. Not the ratio of sums, which a few steps of a falling run
 * decide; and with the loss s F of the batch itself the mean of ratios is k, since one s cancels. Fails (UsageError) as
 * `thresholdRatio` and unless the second moment is 1 or more.
 */
export function multiplicativeNoiseShare(alpha: readonly number[], elr: number, secondMoment: number): number {
  if (!(secondMoment >= 1 && Number.isFinite(secondMoment)))
    throw new UsageError(`the second moment of the noise is ${secondMoment}; allowed: 1 or more for noise of mean 1`);
  return thresholdRatio(alpha, elr) * secondMoment;
}

/**
 * 4k (1 - R), R = k E[s^2]: the fraction of the mean loss that a step takes away near the minimum (T10). Negative above
 * R = 1, where the mean square grows though single runs may still converge. Fails (UsageError) as
 * `multiplicativeNoiseShare`.
 */
export function meanLossDecline(alpha: readonly number[], elr: number, secondMoment: number): number {
  multiplicativeNoiseShare(alpha, elr, secondMoment);
  const k = thresholdRatio(alpha, elr);
  return -4 * k * productMinus(k, secondMoment, 1);
}
