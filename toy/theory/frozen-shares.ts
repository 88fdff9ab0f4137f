/**
 * Groups kept on spheres of their own (theory.md, T7): every norm share w_i stays as it is, so n independent circles turn,
 * each with k_i = elr alpha_i / w_i.
 */

import type { Equilibrium } from '../../src/regime/theory.js';
import { UsageError } from '../../src/system/usage-error.js';
import { equilibriumFractions } from './equilibrium.js';
import { productMinus } from './exact-product.js';
import { DIVERGENCE_TOLERANCE, divergenceThreshold, sumOfAlpha, thresholdRatio } from './thresholds.js';

/** How far the sum of given shares may be from 1: they are often rounded when written down. */
const SHARE_TOLERANCE = 1e-6;

function checkShares(alpha: readonly number[], shares: readonly number[]): void {
  sumOfAlpha(alpha);
  const sum = shares.reduce((total, share) => total + share, 0);
  const positive = shares.every((share) => share > 0);
  if (shares.length !== alpha.length || !positive || !(Math.abs(sum - 1) <= SHARE_TOLERANCE))
    throw new UsageError(`shares are [${shares.join(', ')}]; allowed: ${alpha.length} positive numbers that sum to 1`);
}

/** k_i - 1 = (elr alpha_i - w_i) / w_i, accurate where k_i is near 1. */
const groupExcess = (alpha: number, elr: number, share: number): number => productMinus(elr, alpha, share) / share;

/**
 * w_i / alpha_i, the ELR up to which each group converges (T7). On the joint sphere these are the limits of stability of
 * the minima with these shares. Fails (UsageError) unless there is a positive share for each positive alpha and the shares
 * sum to 1.
 */
export function groupThresholds(alpha: readonly number[], shares: readonly number[]): number[] {
  checkShares(alpha, shares);
  return alpha.map((value, i) => shares[i]! / value);
}

/** The ELRs between which some groups converge and others do not. */
export interface FrozenThresholds {
  /** min_i w_i / alpha_i: the first group stops converging. Never above 1 / S, which it is where w_i = alpha_i / S. */
  readonly first: number;
  /** max_i w_i / alpha_i: the last one does. Never below 1 / S. */
  readonly last: number;
}

/** The smallest and the largest of `groupThresholds`, with the same errors. */
export function frozenThresholds(alpha: readonly number[], shares: readonly number[]): FrozenThresholds {
  const thresholds = groupThresholds(alpha, shares);
  return { first: Math.min(...thresholds), last: Math.max(...thresholds) };
}

/**
 * max_i |1 - 2 k_i|: the factor by which the slowest r_i = tan theta_i shrinks a step near the minimum (T1 for each group),
 * which in the end is that of the square root of the loss. With the shares a joint run converges to it holds there too, as
 * shares stop moving (K3); then it is at least |1 - 2k|, since the mean of 1 / k_i, weighted by alpha_i / S, is 1 / k: no
 * split of the norm converges faster than alpha_i / S. 1 or more where a group does not converge. Fails (UsageError) as
 * `groupThresholds`, and unless elr is positive.
 */
export function slowestFactor(alpha: readonly number[], shares: readonly number[], elr: number): number {
  checkShares(alpha, shares);
  thresholdRatio(alpha, elr);
  // 1 - 2 k_i is accurate near k_i = 1/2 as k_i - 1 is near 1.
  return Math.max(...alpha.map((value, i) => Math.abs(productMinus(2 * elr, value, shares[i]!) / shares[i]!)));
}

/** Where one group with a frozen share settles. */
export interface GroupEquilibrium extends Omit<Equilibrium, 'shares'> {
  /** w_i / alpha_i. */
  readonly threshold: number;
}

/** The equilibrium of training that keeps the norm shares as they are. */
export interface FrozenEquilibrium {
  readonly groups: readonly GroupEquilibrium[];
  /** sum_i F_i. */
  readonly loss: number;
  /** g = sqrt(sum_i g_i^2 / w_i): the gradient norm on the joint unit sphere. */
  readonly egn: number;
  /** ess = elr g = sqrt(sum_i w_i ess_i^2) (K2). */
  readonly ess: number;
}

function groupEquilibrium(alpha: number, share: number, elr: number, tolerance: number): GroupEquilibrium {
  const k = (elr * alpha) / share;
  const threshold = share / alpha;
  const excess = groupExcess(alpha, elr, share);
  // Rounding may put the threshold on either side of 1, as in `equilibrium`.
  if (excess <= 0 || elr <= threshold) return { k, regime: 'convergence', loss: 0, egn: 0, ess: 0, threshold };
  const { loss, egn, ess } = equilibriumFractions(excess);
  const regime = k >= 1 / tolerance ? 'divergence' : 'chaotic equilibrium';
  return { k, regime, loss: alpha * loss, egn: alpha * egn, ess, threshold };
}

/**
 * Where groups with frozen shares settle (T7): each converges for k_i <= 1 and else ends on its own period-2 orbit (T2),
 * F_i = (alpha_i/2)(1 - 1/k_i), g_i = alpha_i sqrt(1 - 1/k_i^2), ess_i = sqrt(k_i^2 - 1), from almost every start; so
 * these are limits of runs, not fixed points beside which they wander as on the joint sphere (T5). `tolerance` is that of
 * T6, for each group. Fails (UsageError) as `groupThresholds`, unless elr is positive, and unless 0 < tolerance < 1.
 */
export function frozenEquilibrium(
  alpha: readonly number[],
  shares: readonly number[],
  elr: number,
  tolerance = DIVERGENCE_TOLERANCE,
): FrozenEquilibrium {
  checkShares(alpha, shares);
  thresholdRatio(alpha, elr);
  divergenceThreshold(alpha, tolerance);
  const groups = alpha.map((value, i) => groupEquilibrium(value, shares[i]!, elr, tolerance));
  const egn = Math.hypot(...groups.map((group, i) => group.egn / Math.sqrt(shares[i]!)));
  return { groups, loss: groups.reduce((sum, { loss }) => sum + loss, 0), egn, ess: elr * egn };
}
