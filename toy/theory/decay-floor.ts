/**
 * The noise floor of ordinary training, x <- (1 - p) x - eta g_a with p = lr x decay (theory.md, T14). K5 settles the
 * norm where E log((1 - p)^2 + ess^2) = 0, so ess is given, and with the EGN the ELR: ess / EGN.
 */
import { UsageError } from '../../src/system/usage-error.js';
import { checkNotNegative, checkPositive } from './noise-floor.js';

function checkDecay(p: number): void {
  if (!(p > 0 && p < 1)) throw new UsageError(`lr x decay is ${p}; allowed: above 0 and below 1`);
}

/** sqrt(p (2 - p)) of K5: the ESS in the average of log((1 - p)^2 + ess^2). Fails (UsageError) unless 0 < p < 1. */
export function settledEss(p: number): number {
  checkDecay(p);
  return Math.sqrt(p) * Math.sqrt(2 - p);
}

/**
 * sqrt(2p) / rms EGN: the ELR at which training settles, for small p and a norm that varies little (K5). The root mean
 * square over steps, not the mean: what adds up in the norm are squares. Fails (UsageError) unless 0 < p < 1, EGN positive.
 */
export function settledElr(p: number, rmsEgn: number): number {
  checkDecay(p);
  checkPositive('the rms EGN', rmsEgn);
  return Math.sqrt(2 * p) / rmsEgn;
}

/**
 * sqrt(2p) rms(EGN) / (2q): the loss above the bottom of a valley of degree q at which training with p = lr x decay settles;
 * sqrt(2p) rms(EGN) / 4 for a quadratic (T14). It is `noiseFloor` at `settledElr`, which are both of relative accuracy p, so
 * a step decay of the learning rate by a factor f changes it by sqrt(f) once the norm has followed, by f before. Fails
 * (UsageError) unless 0 < p < 1, EGN not negative, degree positive.
 */
export function decayNoiseFloor(p: number, rmsEgn: number, degree = 2): number {
  checkDecay(p);
  checkNotNegative('the rms EGN', rmsEgn);
  checkPositive('the degree', degree);
  return (Math.sqrt(2 * p) * rmsEgn) / (2 * degree);
}

/**
 * p / (2 elr): mean loss of the toy in full space, from the decay alone (T14). Exactly E log(1 - p + 2 elr F) = 0 for each
 * group with its own elr and loss, since y' = y (1 - p + 2 elr F) is stationary; so it is exact at the equilibrium of T8
 * and an upper estimate to second order elsewhere. Fails (UsageError) unless 0 < p < 1 and the ELR is positive.
 */
export function decayBalanceLoss(p: number, elr: number): number {
  checkDecay(p);
  checkPositive('the ELR', elr);
  return p / (2 * elr);
}

/** 1 - p/2: R at the equilibrium of T8, without noise: ess^2 / (4 elr F) = p (2 - p) / (2p). Fails unless 0 < p < 1. */
export function decayNoiseShare(p: number): number {
  checkDecay(p);
  return 1 - p / 2;
}
