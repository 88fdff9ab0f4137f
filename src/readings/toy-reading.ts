import type { RegimeTheory } from '../prediction.js';
import type { Estimate } from '../statistics/estimate.js';
import { propagateErrors } from '../statistics/propagate.js';

/** A network read as a toy: what one kind of measurement says about its alpha_i, and what then follows. */

export interface ToyReading {
  /** What it was read from, in words. */
  readonly name: string;
  /** The statement of theory.md that was inverted. */
  readonly source: string;
  /** 1 / sum alpha_i: the ELR up to which training converges (T3). */
  readonly threshold: Estimate;
  /** alpha_i / sum alpha_j of each scale-invariant group, in the order of the network. */
  readonly shares: readonly number[];
  /** Losses of the network are so many times those of the toy; undefined: unknown, random points stand for it. */
  readonly lossUnit?: Estimate;
  /** What a reader should know of it. */
  readonly note?: string;
}

/** What a reading says of training at one ELR. */
export interface ReadEquilibrium {
  readonly elr: number;
  /** elr / threshold. */
  readonly k: number;
  readonly regime: 'convergence' | 'chaotic equilibrium' | 'divergence';
  readonly loss: Estimate;
  readonly ess: Estimate;
  readonly shares: readonly number[];
}

/** alpha_i of a reading, in the order of its groups. */
export const alphaOf = ({ threshold, shares }: Pick<ToyReading, 'threshold' | 'shares'>): number[] =>
  shares.map((share) => share / threshold.mean);

/** Loss of random points, and the tolerance of divergence. */
export interface ReadingContext {
  readonly randomLoss: Estimate;
  readonly tolerance: number;
}

/**
 * Loss, ESS and shares that a reading predicts at an ELR (T3, T4), with the standard errors that those of the threshold and of the
 * loss's unit give them. Without a unit, random points have the loss S/2.
 */
export function equilibriumOf(
  reading: ToyReading,
  elr: number,
  theory: Pick<RegimeTheory, 'equilibrium'>,
  { randomLoss, tolerance }: ReadingContext,
): ReadEquilibrium {
  const at = (threshold: number) =>
    theory.equilibrium(
      reading.shares.map((s) => s / threshold),
      elr,
      tolerance,
    );
  // In units of S/2, so that a threshold alone decides it.
  const fraction = (threshold: number): number => at(threshold).loss * 2 * threshold;
  const { threshold, lossUnit } = reading;
  const loss = lossUnit === undefined ? randomLoss : lossUnit;
  const lossAt = (where: number, unit: number): number =>
    lossUnit === undefined ? fraction(where) * unit : at(where).loss * unit;
  const { k, regime, ess, shares } = at(threshold.mean);
  return {
    elr,
    k,
    regime,
    loss: { mean: lossAt(threshold.mean, loss.mean), error: propagateErrors(lossAt, [threshold, loss]) },
    ess: { mean: ess, error: propagateErrors((where) => at(where).ess, [threshold]) },
    shares,
  };
}
