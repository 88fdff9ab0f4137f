/**
 * Where the toy settles, in closed form (theory.md, section 3): F = sum_i alpha_i x_i^2 / (x_i^2 + y_i^2) on one joint
 * sphere, trained with a fixed ELR. All quantities are dimensionless; k = elr * sum(alpha) decides the regime.
 */

import type { Equilibrium, EquilibriumLine, EquilibriumLoss, RegimeTheory } from '../../src/regime/theory.js';
import { UsageError } from '../../src/system/usage-error.js';
import {
  convergenceThreshold,
  DIVERGENCE_TOLERANCE,
  divergenceThreshold,
  sumOfAlpha,
  thresholdExcess,
  thresholdRatio,
} from './thresholds.js';

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
 *
 * @example
 * const { regime, loss, ess } = equilibrium([1, 2, 4], 0.2); // k = 7 / 5
 * console.log(regime); // chaotic equilibrium
 * console.log(loss); // 1
 * console.log(ess ** 2); // 49 / 25 - 1
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
