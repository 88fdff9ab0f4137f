/**
 * The noise floor with heavy-ball momentum, v <- beta v - elr g_a, x <- x + v (theory.md, T14). Stationary means of
 * |d|^2 and of d.v give 2p elr (F - F*) = (1 + beta) E|v|^2 for a valley of degree p; in a quadratic those of d.H d and of
 * |v|^2 give E[v.grad F] = elr E|grad F|^2 / (1 + beta), hence E|v|^2. Exact for every spectrum and covariance, also of
 * noise that depends on x, if E[g_a | x, v] = grad F. On the sphere to leading order in the step.
 */
import { UsageError } from '../../src/system/usage-error.js';
import { momentumThresholdRatio } from './momentum.js';
import { checkNotNegative, checkPositive } from './noise-floor.js';

/**
 * elr / (4 (1 - beta)) (E|g_a|^2 - 2 beta / (1 + beta) E|grad F|^2): mean loss above the bottom of a quadratic valley
 * (T14). `signal` is E|grad F|^2, which two independent batches at one place give as E[g_a.g_b]. At beta = 0 it is not
 * needed. Fails (UsageError) unless 0 <= beta < 1, ELR positive and 0 <= signal <= meanSquareEgn.
 */
export function momentumNoiseFloor(input: {
  readonly elr: number;
  readonly momentum: number;
  readonly meanSquareEgn: number;
  readonly signal: number;
}): number {
  const { elr, momentum: beta, meanSquareEgn, signal } = input;
  checkPositive('the ELR', elr);
  checkNotNegative('the signal', signal);
  momentumThresholdRatio(beta);
  if (!(signal <= meanSquareEgn && Number.isFinite(meanSquareEgn)))
    throw new UsageError(
      `the mean squared EGN is ${meanSquareEgn}; allowed: a finite number, the signal ${signal} or more`,
    );
  // E|g|^2 - 2b/(1+b) E|grad F|^2 as a sum of what is positive: noise, and (1 - b)/(1 + b) of the signal.
  const noise = meanSquareEgn - signal;
  return (elr / 4) * (noise / (1 - beta) + signal / (1 + beta));
}

/**
 * (1 + beta) E|v|^2 / (2p elr): the same floor from the steps taken, for a valley of degree p (T14); for p = 2
 * (1 + beta) E|v|^2 / (4 elr). Needs no signal and no quadratic. Fails (UsageError) unless 0 <= beta < 1 and ELR and
 * degree are positive.
 */
export function velocityNoiseFloor(input: {
  readonly elr: number;
  readonly momentum: number;
  readonly meanSquareVelocity: number;
  readonly degree?: number;
}): number {
  const { elr, momentum, meanSquareVelocity, degree = 2 } = input;
  checkPositive('the ELR', elr);
  checkPositive('the degree', degree);
  checkNotNegative('the mean squared velocity', meanSquareVelocity);
  return (momentumThresholdRatio(momentum) * meanSquareVelocity) / (2 * degree * elr);
}

/**
 * 1 + elr h beta / (1 - beta^2): how many times too large elr E|g_a|^2 / (4 (1 - beta)) is in one mode of curvature h with
 * white noise (T14): 1.95 at beta = 0.9, elr h = 0.2. Fails (UsageError) unless 0 <= beta < 1 and elr h is below
 * 2 (1 + beta), where the mode is stable.
 */
export function naiveMomentumFactor(stepTimesCurvature: number, beta: number): number {
  checkPositive('elr h', stepTimesCurvature);
  if (!(stepTimesCurvature < 2 * momentumThresholdRatio(beta)))
    throw new UsageError(`elr h is ${stepTimesCurvature}; allowed: below 2 (1 + beta), where the mode is stable`);
  return 1 + (stepTimesCurvature * beta) / ((1 - beta) * (1 + beta));
}

/**
 * (1 + beta) / (1 - beta): where the noiseless threshold k = 1 + beta (T12) lies on the scale of
 * elr E|g|^2 / (4 (1 - beta) F), which without noise is k / (1 - beta). Fails (UsageError) unless 0 <= beta < 1.
 */
export const noiselessMomentumShare = (beta: number): number => momentumThresholdRatio(beta) / (1 - beta);

/**
 * k_c = (1 - beta^2) / (m (1 + beta) - 2 beta), m = E[s^2] of multiplicative noise (T10) with momentum: mean-square
 * stable exactly below (T14). There the second moments are stationary, so that the floor above with
 * E|g_a|^2 = m E|grad F|^2 and F = elr E|grad F|^2 / (4k) is an equation for k. 1 + beta at m = 1, 1/m at beta = 0. Fails
 * (UsageError) unless 0 <= beta < 1 and m >= 1.
 */
export function momentumNoiseThresholdRatio(beta: number, secondMoment: number): number {
  momentumThresholdRatio(beta);
  if (!(secondMoment >= 1 && Number.isFinite(secondMoment)))
    throw new UsageError(`the second moment of the noise is ${secondMoment}; allowed: 1 or more for noise of mean 1`);
  // m (1 + b) - 2b = (m - 1)(1 + b) + (1 - b), where nothing cancels.
  const excess = ((secondMoment - 1) * (1 + beta)) / (1 - beta);
  return (1 + beta) / (1 + excess);
}
