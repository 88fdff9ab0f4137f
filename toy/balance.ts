/** The ELR at which a step leaves the loss as it is, to second order (theory.md, T13). */
import { UsageError } from '../src/usage-error.js';
import { groupEgnsAtAngles, sumOfAlpha } from './theory.js';

/** A point of the joint sphere by the angle and the norm share of each group. */
export interface GroupPoint {
  /** theta_i in radians, the angle of (y_i, x_i). */
  readonly angles: readonly number[];
  /** w_i, summing to 1. */
  readonly shares: readonly number[];
}

export interface BalanceElrOptions {
  /** E[s^2] of multiplicative noise with mean 1 (T10); default: 1, none. */
  readonly secondMoment?: number;
}

/**
 * elr_b = 2 |grad F|^2 / (E[s^2] grad F . H grad F) on the unit sphere (T13), with |grad F|^2 = sum g_i^2 / w_i and
 * grad F . H grad F = sum (g_i / w_i)^2 2 alpha_i cos 2 theta_i. At the equilibrium of T4 it is the ELR itself, exactly and for
 * every k; at the minima with shares alpha_i / S it tends to 1/S, with noise to the threshold of T10. Infinite or negative where
 * the loss bends down along its gradient: there every step lowers it. NaN where the gradient is 0.
 */
export function balanceElr(
  alpha: readonly number[],
  { angles, shares }: GroupPoint,
  { secondMoment = 1 }: BalanceElrOptions = {},
): number {
  const egns = groupEgnsAtAngles(alpha, angles);
  const squares = egns.map((egn, i) => egn ** 2 / shares[i]!);
  const slope = squares.reduce((sum, square) => sum + square, 0);
  const curvature = squares.reduce(
    (sum, square, i) => sum + (square * 2 * alpha[i]! * Math.cos(2 * angles[i]!)) / shares[i]!,
    0,
  );
  return (2 * slope) / (secondMoment * curvature);
}

/**
 * elr_b = 1 / (S - 2F) as a function of the loss, for groups that are all at one angle with shares alpha_i / S (T13): where
 * it meets the ELR lies the equilibrium of T4. Fails (UsageError) unless 0 <= loss < S / 2.
 */
export function balanceElrAtLoss(alpha: readonly number[], loss: number): number {
  const sum = sumOfAlpha(alpha);
  if (!(loss >= 0 && loss < sum / 2)) throw new UsageError(`loss is ${loss}; allowed: from 0 to below ${sum / 2}`);
  return 1 / (sum - 2 * loss);
}
