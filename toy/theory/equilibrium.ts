/**
 * The toy model in closed form (theory.md, section 3): F = sum_i alpha_i x_i^2 / (x_i^2 + y_i^2) on one joint sphere,
 * trained with a fixed ELR. All quantities are dimensionless; k = elr * sum(alpha) decides the regime.
 */

import type { Equilibrium, EquilibriumLine, EquilibriumLoss, RegimeTheory } from '../../src/regime/theory.js';
import { UsageError } from '../../src/system/usage-error.js';

/** Fraction of a random point's loss within which an equilibrium counts as divergence (T6). */
export const DIVERGENCE_TOLERANCE = 0.05;

/** S = sum_i alpha_i. Fails (UsageError) unless there is at least one group, each alpha is positive and S is finite. */
export function sumOfAlpha(alpha: readonly number[]): number {
  const sum = alpha.reduce((total, value) => total + value, 0);
  if (alpha.length === 0 || !alpha.every((value) => value > 0) || !Number.isFinite(sum))
    throw new UsageError(`alpha is [${alpha.join(', ')}]; allowed: one or more positive numbers with a finite sum`);
  return sum;
}

/** Both halves of a double: 26 bits each, so that their products are exact (Veltkamp). */
function halves(value: number): [number, number] {
  const shifted = 134217729 * value;
  const high = shifted - (shifted - value);
  return [high, value - high];
}

/**
 * a * b - c for positive c, accurate also where a * b is near c, of which rounding the product first would leave nothing
 * (Dekker's exact product). Factors beyond 1e290 or below 1e-290 lose that.
 */
export function productMinus(a: number, b: number, c: number): number {
  const product = a * b;
  if (!(product > c / 2 && product < 2 * c)) return product - c;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  const lost = aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
  return product - c + lost;
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

/** F = sum_i alpha_i sin^2 theta_i, with theta_i (radians) the angle of (y_i, x_i) (section 3). */
export const lossAtAngles = (alpha: readonly number[], angles: readonly number[]): number =>
  alpha.reduce((sum, value, i) => sum + value * Math.sin(angles[i]!) ** 2, 0);

/** g_i = alpha_i |sin 2 theta_i|, the EGN of each group (section 3). */
export const groupEgnsAtAngles = (alpha: readonly number[], angles: readonly number[]): number[] =>
  alpha.map((value, i) => value * Math.abs(Math.sin(2 * angles[i]!)));

/** S / 2, the mean loss of random points on the sphere (section 3). */
export const randomLoss = (alpha: readonly number[]): number => sumOfAlpha(alpha) / 2;

/** elr_c = 1 / S (T3): up to it training converges, above it no minimum is stable. */
export const convergenceThreshold = (alpha: readonly number[]): number => 1 / sumOfAlpha(alpha);

/**
 * elr = 1 / (tolerance * S), that is k = 1 / tolerance (T6): from there on the equilibrium loss is within a fraction
 * `tolerance` of a random point's. Not a transition: the loss approaches S / 2 gradually.
 * Fails (UsageError) unless 0 < tolerance < 1.
 */
export function divergenceThreshold(alpha: readonly number[], tolerance: number): number {
  if (!(tolerance > 0 && tolerance < 1))
    throw new UsageError(`tolerance is ${tolerance}; allowed: a number between 0 and 1, both excluded`);
  return 1 / (tolerance * sumOfAlpha(alpha));
}

/** Loss and EGN in units of S, and ESS, of the equilibrium (T4). */
export interface EquilibriumFractions {
  readonly loss: number;
  readonly egn: number;
  readonly ess: number;
}

/**
 * F* / S = (1 - 1/k) / 2, g* / S = sqrt(1 - 1/k^2) and ess* = sqrt(k^2 - 1) at k = 1 + excess, excess >= 0 (T4). They
 * depend on k - 1, which is known more precisely from the ELR than from the rounded k (`thresholdExcess`). Each is a product
 * of k - 1, k + 1 and k, with square roots taken before the product, so that nothing cancels or overflows.
 */
export function equilibriumFractions(excess: number): EquilibriumFractions {
  const k = 1 + excess;
  return {
    loss: excess / k / 2,
    egn: Math.sqrt(excess / k) * Math.sqrt((2 + excess) / k),
    ess: Math.sqrt(excess) * Math.sqrt(2 + excess),
  };
}

// k - 1 is exact in floating point where 1 / k and k^2 are already rounded.

/** F* / S = (1 - 1/k) / 2 for k >= 1 (T4): between 0 and 1/2. */
export const equilibriumLossFraction = (k: number): number => equilibriumFractions(k - 1).loss;

/** g* / S = sqrt(1 - 1/k^2) for k >= 1 (T4). */
export const equilibriumEgnFraction = (k: number): number => equilibriumFractions(k - 1).egn;

/** ess* = sqrt(k^2 - 1) for k >= 1 (T4): the same for every group and for all of them together. */
export const equilibriumStepSize = (k: number): number => equilibriumFractions(k - 1).ess;

/** k of an equilibrium from F* / (S/2) = 1 - 1/k (T4); infinite or negative for a loss that is not below a random one. */
export const ratioFromLoss = (fractionOfRandom: number): number => 1 / (1 - fractionOfRandom);

/** k of an equilibrium from ess* = sqrt(k^2 - 1) (T4). */
export const ratioFromStep = (ess: number): number => Math.hypot(1, ess);

/**
 * The line F = A - B / elr through two equilibria at different ELRs; it crosses zero at elr_c = B / A (T4, T3). In the toy
 * A = S/2 and B = 1/2; a loss in other units has another B, but the same elr_c. Meaningless (threshold not positive) where
 * the loss does not rise with the ELR.
 */
export function equilibriumLine(first: EquilibriumLoss, second: EquilibriumLoss): EquilibriumLine {
  // In differences of what is given, not of reciprocals: two neighbouring ELRs keep their digits.
  const chord = (second.loss - first.loss) / (second.elr - first.elr);
  const slope = chord * first.elr * second.elr;
  const limit = first.loss + chord * second.elr;
  return {
    threshold: slope / limit,
    lossAt: (elr) => first.loss + (chord * second.elr * (elr - first.elr)) / elr,
  };
}

/**
 * Joint EGN on the curve that holds all equilibria: g = 2 sqrt(F (S - F)), from g^2 / S^2 = 4 f (1 - f), f = F / S (T4).
 * Fails (UsageError) unless 0 <= loss <= S / 2, the losses of equilibria.
 */
export function egnOnEquilibriumCurve(alpha: readonly number[], loss: number): number {
  const sum = sumOfAlpha(alpha);
  if (!(loss >= 0 && loss <= sum / 2)) throw new UsageError(`loss is ${loss}; allowed: from 0 to ${sum / 2}`);
  return 2 * Math.sqrt(loss) * Math.sqrt(sum - loss);
}

/**
 * Where training with a fixed ELR settles. Convergence, k <= 1 (T3): loss, EGN and ESS are 0, and `shares` holds the
 * lower bounds elr * alpha_i of the norm shares, which depend on the start. Above (T4): F* = (S/2)(1 - 1/k),
 * ess* = sqrt(k^2 - 1), w_i = alpha_i / S, and the joint EGN g* = S sqrt(1 - 1/k^2), since on the unit sphere
 * g^2 = sum_i g_i^2 / w_i with g_i = alpha_i sqrt(1 - 1/k^2). Divergence is k >= 1 / tolerance (T6).
 *
 * Accurate to rounding for the numbers given, though a change of `elr` in its last digit changes the loss by
 * 1e-16 / (k - 1) of itself. Of one group it is the orbit that attracts. Of more it is only neutrally stable (T5), and
 * time averages of runs agree with it less and less: for alpha = (1, 2, 4) the mean loss stays within 5%, but the mean EGN is 14% too large at k = 3 and
 * more than twice too large at k = 10, and shares are nearer to equal than alpha_i / S.
 */
export function equilibrium(alpha: readonly number[], elr: number, tolerance = DIVERGENCE_TOLERANCE): Equilibrium {
  const sum = sumOfAlpha(alpha);
  const k = thresholdRatio(alpha, elr);
  const excess = thresholdExcess(alpha, elr);
  const divergence = divergenceThreshold(alpha, tolerance);
  // All three comparisons, because rounding may put elr_c * S on either side of 1: a threshold belongs to its regime.
  if (k <= 1 || excess <= 0 || elr <= 1 / sum)
    return { k, regime: 'convergence', loss: 0, egn: 0, ess: 0, shares: alpha.map((value) => elr * value) };
  const { loss, egn, ess } = equilibriumFractions(excess);
  return {
    k,
    regime: k >= 1 / tolerance || elr >= divergence ? 'divergence' : 'chaotic equilibrium',
    loss: sum * loss,
    egn: sum * egn,
    ess,
    shares: alpha.map((value) => value / sum),
  };
}

/** The closed forms as whoever compares a network with the toy needs them. */
export const toyTheory: RegimeTheory = {
  convergenceThreshold,
  divergenceThreshold,
  equilibrium,
  ratioFromLoss,
  ratioFromStep,
  equilibriumLine,
};
