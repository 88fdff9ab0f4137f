/**
 * The noise floor (theory.md, T14): the loss at which a fixed ELR holds training above the bottom of its valley, from the
 * gradients of the batches alone. With x* the bottom, d = x - x*, a step changes |d|^2 by -2 elr g_a.d + elr^2 |g_a|^2.
 * Where |d|^2 keeps its mean and batches are unbiased, 2 E[grad F.d] = elr E|g_a|^2; with F - F* homogeneous of degree p
 * in d, grad F.d = p (F - F*) (Euler). First fluctuation-dissipation relation of Yaida (2018) on the sphere.
 */
import { UsageError } from '../../src/system/usage-error.js';

export function checkPositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw new UsageError(`${name} is ${value}; allowed: a positive number`);
}

export function checkNotNegative(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value)))
    throw new UsageError(`${name} is ${value}; allowed: a finite number from 0 on`);
}

/**
 * elr E|g_a|^2 / (2p): mean loss above the bottom of a valley of degree p, 2 for a quadratic (T14). Exact in flat space for
 * every spectrum of curvatures and every covariance of the noise, also one that depends on x. Conditions: E[g_a | x] =
 * grad F (batches drawn anew), |d|^2 stationary with flat directions included, F the loss whose gradient is the mean of
 * g_a. On the sphere up to terms of relative order ess^2; `sphereNoiseFloor` has these. Fails (UsageError) at an ELR or
 * degree that is not positive and a negative mean square.
 *
 * Example: noiseFloor({ elr: 1e-3, meanSquareEgn: 900 }) is 0.225.
 */
export function noiseFloor(input: {
  readonly elr: number;
  /** E|g_a|^2 of the batches of the steps. */
  readonly meanSquareEgn: number;
  readonly degree?: number;
}): number {
  const { elr, meanSquareEgn, degree = 2 } = input;
  checkPositive('the ELR', elr);
  checkPositive('the degree', degree);
  checkNotNegative('the mean squared EGN', meanSquareEgn);
  return (elr * meanSquareEgn) / (2 * degree);
}

/**
 * (sqrt(1 + ess^2) - 1) / (2 elr), with log(1 + ess^2) the mean of log(1 + ess_t^2) as in K4: the floor on the sphere at
 * steps of any size (T14). Along a fixed x*, c = x.x* obeys c' = (c - elr g_a.x*) / sqrt(1 + ess^2), so that a stationary
 * mean of log|c| means 2 E log|1 - elr g_a.x* / c| = E log(1 + ess^2), exactly. In the toy with one group
 * -g_a.x* / c = 2 F_a in every batch without phase noise: E log(1 + 2 elr F_a) = E log sqrt(1 + ess^2). So the floor is
 * (exp E log(1 + 2 elr F_a) - 1) / (2 elr), at most the mean loss (Jensen) and equal to it where the loss is constant: on
 * the orbit of T4 it is F* for every k. `noiseFloor` is its limit for small steps. Fails (UsageError) as `noiseFloor`.
 */
export function sphereNoiseFloor(elr: number, logMeanEss: number): number {
  checkPositive('the ELR', elr);
  checkNotNegative('the ESS', logMeanEss);
  // sqrt(1 + s^2) - 1 without its cancellation for small s.
  const root = Math.hypot(1, logMeanEss);
  return ((logMeanEss / (1 + root)) * logMeanEss) / (2 * elr);
}

/**
 * 1 + E[change of |d|^2 a step] / (2 p elr (F - F*)): the noise share R of a run whose mean squared distance from the
 * bottom still changes, as along a flat direction in which the noise diffuses (T14). Exact where the other conditions of
 * `noiseFloor` hold. Fails (UsageError) unless ELR, loss above the bottom and degree are positive.
 */
export function driftingNoiseShare(input: {
  readonly elr: number;
  readonly excessLoss: number;
  /** Mean change of |d|^2 a step. */
  readonly drift: number;
  readonly degree?: number;
}): number {
  const { elr, excessLoss, drift, degree = 2 } = input;
  checkPositive('the ELR', elr);
  checkPositive('the loss above the bottom', excessLoss);
  checkPositive('the degree', degree);
  return 1 + drift / (2 * degree * elr * excessLoss);
}
