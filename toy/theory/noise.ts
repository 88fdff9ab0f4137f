/** Training the toy with noise, in closed form (theory.md, section 3.4). */
import { UsageError } from '../../src/system/usage-error.js';
import { sumOfAlpha, thresholdExcess, thresholdRatio } from './thresholds.js';

/**
 * k_c = 1 / E[s^2] of multiplicative noise, each step with alpha s instead of alpha, s independent from step to step with
 * mean 1 (T10): below it the mean square of r = tan theta shrinks by E[(1 - 2 k s)^2] = 1 - 4k (1 - k E[s^2]) a step near
 * the minimum. That is sufficient for convergence. Almost every single run converges under the weaker E log|1 - 2 k s| < 0,
 * while its rare excursions keep the mean square large; both agree for Bernoulli noise. Fails (UsageError) unless
 * `secondMoment`, E[s^2], is 1 or more, which a mean of 1 forces.
 */
export function noiseThresholdRatio(secondMoment: number): number {
  if (!(secondMoment >= 1 && Number.isFinite(secondMoment)))
    throw new UsageError(`the second moment of the noise is ${secondMoment}; allowed: 1 or more for noise of mean 1`);
  return 1 / secondMoment;
}

/**
 * 1 / (S E[s^2]): the ELR threshold under multiplicative noise (T10). Exact for one group, with noise of all groups
 * together or of each on its own; for more it is the limit of stability at the shares alpha_i / S, beyond which no shares
 * are stable. Fails (UsageError) at bad alpha and as `noiseThresholdRatio`.
 */
export const noiseThreshold = (alpha: readonly number[], secondMoment: number): number =>
  noiseThresholdRatio(secondMoment) / sumOfAlpha(alpha);

/**
 * p / S: `noiseThreshold` of a batch that sees a group with probability p and weighs it by 1/p then, s = Bernoulli(p) / p,
 * E[s^2] = 1/p. k < p is necessary and sufficient also for single runs: the steps that are taken have k / p. Fails
 * (UsageError) at bad alpha and unless 0 < p <= 1.
 */
export function samplingThreshold(alpha: readonly number[], probability: number): number {
  if (!(probability > 0 && probability <= 1))
    throw new UsageError(`the probability is ${probability}; allowed: above 0 and up to 1`);
  return probability / sumOfAlpha(alpha);
}

function checkDeviation(sigma: number): void {
  if (!(sigma >= 0 && Number.isFinite(sigma)))
    throw new UsageError(`sigma is ${sigma}; allowed: a finite number of radians from 0 on`);
}

/** 1 - k, positive. */
function distanceBelowThreshold(alpha: readonly number[], elr: number): number {
  const below = -thresholdExcess(alpha, elr);
  if (!(below > 0)) throw new UsageError(`elr is ${elr}; allowed: below 1 / sum(alpha), where training converges`);
  return below;
}

/**
 * S sigma^2 k / (1 - k): the mean loss at which training settles where each step sees the minimum of each group displaced
 * by an independent angle eps of standard deviation `sigma` radians (T11), theta' = theta - arctan(k sin 2(theta + eps)).
 * So the step multiplies the noise: with less ELR there is less of it. Near the minimum theta' = (1 - 2k) theta - 2k eps,
 * of variance 4 k^2 sigma^2 / (1 - (1 - 2k)^2), for which this is exact; the next order is `phaseNoiseCorrection`.
 * For n groups K4 makes the turns of all groups equal, hence w_i = alpha_i / S and k_i = k. Fails (UsageError) at bad alpha,
 * unless 0 < k < 1, and for a negative sigma.
 */
export function phaseNoiseFloor(alpha: readonly number[], elr: number, sigma: number): number {
  checkDeviation(sigma);
  const below = distanceBelowThreshold(alpha, elr);
  return (sumOfAlpha(alpha) * (thresholdRatio(alpha, elr) * sigma * sigma)) / below;
}

/**
 * sigma^2 (2 + k + 3 k^2) / (1 - k)^2: the fraction by which the loss of one group lies below `phaseNoiseFloor`, up to
 * terms in sigma^4. Where it is not small the floor is no more than an upper estimate. Throws the same UsageErrors.
 */
export function phaseNoiseCorrection(alpha: number, elr: number, sigma: number): number {
  checkDeviation(sigma);
  const k = thresholdRatio([alpha], elr);
  const ratio = sigma / distanceBelowThreshold([alpha], elr);
  return ratio * ratio * (2 + k + 3 * k * k);
}

/**
 * alpha sigma^2 / (4 k (1 - k)): the floor of one group where the noise turns the parameters themselves, after each step
 * and whatever its size, theta' = theta - arctan(k sin 2 theta) + eps. Not the noise of T11, of which it is 1 / (4 k^2)
 * times; least at k = 1/2. Exact for the linear map theta' = (1 - 2k) theta + eps, else leading order in sigma. Fails
 * (UsageError) as `phaseNoiseFloor`.
 */
export function angleNoiseFloor(alpha: number, elr: number, sigma: number): number {
  checkDeviation(sigma);
  const below = distanceBelowThreshold([alpha], elr);
  return (alpha * sigma * sigma) / (4 * thresholdRatio([alpha], elr) * below);
}
