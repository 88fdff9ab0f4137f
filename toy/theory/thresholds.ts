/**
 * The number that decides the regime of the toy, k = elr * sum(alpha), and the ELRs at which the regime changes
 * (theory.md, section 3). All quantities are dimensionless.
 */
import { UsageError } from '../../src/system/usage-error.js';
import { productMinus } from './exact-product.js';

/** Fraction of a random point's loss within which an equilibrium counts as divergence (T6). */
export const DIVERGENCE_TOLERANCE = 0.05;

/** S = sum_i alpha_i. Fails (UsageError) unless there is at least one group, each alpha is positive and S is finite. */
export function sumOfAlpha(alpha: readonly number[]): number {
  const sum = alpha.reduce((total, value) => total + value, 0);
  if (alpha.length === 0 || !alpha.every((value) => value > 0) || !Number.isFinite(sum))
    throw new UsageError(`alpha is [${alpha.join(', ')}]; allowed: one or more positive numbers with a finite sum`);
  return sum;
}

/** k = elr * S. Fails (UsageError) unless elr is positive and k is finite. */
export function thresholdRatio(alpha: readonly number[], elr: number): number {
  const k = elr * sumOfAlpha(alpha);
  if (!(elr > 0) || !Number.isFinite(k))
    throw new UsageError(`elr is ${elr}; allowed: a positive number with elr * sum(alpha) finite`);
  return k;
}

/**
 * k - 1 of the numbers given, accurate where k itself rounds to 1: every quantity of the equilibrium is in proportion to
 * a power of it near the threshold. Fails (UsageError) as `thresholdRatio`.
 */
export function thresholdExcess(alpha: readonly number[], elr: number): number {
  const k = thresholdRatio(alpha, elr);
  if (k < 0.5 || k > 2) return k - 1;
  let sum = 0;
  let lost = 0;
  for (const value of alpha) {
    const next = sum + value;
    lost += Math.abs(sum) >= value ? sum - next + value : value - next + sum;
    sum = next;
  }
  return productMinus(elr, sum, 1) + elr * lost;
}

/**
 * elr_c = 1 / S (T3): up to it training converges, above it no minimum is stable. Fails (UsageError) as `sumOfAlpha`.
 *
 * @example
 * console.log(convergenceThreshold([1, 2, 4])); // 1 / 7
 */
export const convergenceThreshold = (alpha: readonly number[]): number => 1 / sumOfAlpha(alpha);

/**
 * elr = 1 / (tolerance * S), that is k = 1 / tolerance (T6): from there on the equilibrium loss is within a fraction
 * `tolerance` of a random point's. Not a transition: the loss approaches S / 2 gradually.
 * Fails (UsageError) unless 0 < tolerance < 1.
 *
 * @example
 * console.log(divergenceThreshold([1, 2, 4], 0.05)); // 20 / 7
 */
export function divergenceThreshold(alpha: readonly number[], tolerance: number): number {
  if (!(tolerance > 0 && tolerance < 1))
    throw new UsageError(`tolerance is ${tolerance}; allowed: a number between 0 and 1, both excluded`);
  return 1 / (tolerance * sumOfAlpha(alpha));
}
