/** How a step changes the loss, and the ELR at which it leaves it as it is, to second order (theory.md, T13). */
import { UsageError } from '../../src/system/usage-error.js';
import { groupEgnsAtAngles } from './points.js';
import { sumOfAlpha } from './thresholds.js';

/** A point of the joint sphere by the angle and the norm share of each group. */
export interface GroupPoint {
  /** theta_i in radians, the angle of (y_i, x_i). */
  readonly angles: readonly number[];
  /** w_i, summing to 1. */
  readonly shares: readonly number[];
}

/** The noise of the gradients. */
export interface BalanceElrOptions {
  /** E[s^2] of multiplicative noise with mean 1 (T10); default: 1, none. */
  readonly secondMoment?: number;
}

/** Of each group, on the unit sphere: |grad_i F|^2 and grad_i F . H grad_i F. */
interface GroupTerms {
  readonly slope: number;
  readonly curvature: number;
}

const groupTerms = (alpha: readonly number[], { angles, shares }: GroupPoint): GroupTerms[] =>
  groupEgnsAtAngles(alpha, angles).map((egn, i) => {
    const slope = egn ** 2 / shares[i]!;
    return { slope, curvature: (slope * 2 * alpha[i]! * Math.cos(2 * angles[i]!)) / shares[i]! };
  });

/**
 * elr_b = 2 |grad F|^2 / (E[s^2] grad F . H grad F) on the unit sphere (T13), with |grad F|^2 = sum g_i^2 / w_i and
 * grad F . H grad F = sum (g_i / w_i)^2 2 alpha_i cos 2 theta_i. At the equilibrium of T4 it is the ELR itself, exactly and for
 * every k; at the minima with shares alpha_i / S it tends to 1/S, with noise to the threshold of T10. Infinite or negative where
 * the loss bends down along its gradient: there every step lowers it, to second order. NaN if the gradient is 0.
 */
export function breakEvenElr(
  alpha: readonly number[],
  point: GroupPoint,
  { secondMoment = 1 }: BalanceElrOptions = {},
): number {
  const terms = groupTerms(alpha, point);
  const slope = terms.reduce((sum, term) => sum + term.slope, 0);
  const curvature = terms.reduce((sum, term) => sum + term.curvature, 0);
  return (2 * slope) / (secondMoment * curvature);
}

/**
 * How much one step changes the loss, exactly: the second order of each group over 1 + ess_i^2 (T13),
 * sum_i (-elr g_i^2 / w_i + elr^2 (g_i / w_i)^2 alpha_i cos 2 theta_i) / (1 + ess_i^2), ess_i = elr g_i / w_i.
 */
export const lossChange = (alpha: readonly number[], point: GroupPoint, elr: number): number =>
  groupTerms(alpha, point).reduce((sum, { slope, curvature }, i) => {
    const squaredStep = (elr * elr * slope) / point.shares[i]!;
    return sum + ((elr * elr * curvature) / 2 - elr * slope) / (1 + squaredStep);
  }, 0);

/**
 * elr_b = 1 / (S - 2F) as a function of the loss, for groups that are all at one angle with shares alpha_i / S (T13): where
 * it meets the ELR lies the equilibrium of T4. Fails (UsageError) unless 0 <= loss < S / 2.
 */
export function breakEvenElrAtLoss(alpha: readonly number[], loss: number): number {
  const sum = sumOfAlpha(alpha);
  if (!(loss >= 0 && loss < sum / 2)) throw new UsageError(`loss is ${loss}; allowed: from 0 to below ${sum / 2}`);
  return 1 / (sum - 2 * loss);
}
