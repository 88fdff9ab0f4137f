import type { Estimate } from '../numerics/statistics/estimate.js';
import { propagateErrors } from '../numerics/statistics/estimate.js';
import { onLine, type StraightLine } from '../numerics/statistics/straight-line.js';
import type { RegimeTheory } from '../regime/theory.js';

/** A network read as a toy: the alpha_i from one kind of measurement, and their consequences. */

export interface ToyReading {
  /** What it was read from, in words. */
  readonly name: string;
  /** The statement of theory.md that was inverted. */
  readonly source: string;
  /** 1 / sum alpha_i: the ELR up to which training converges (T3). */
  readonly threshold: Estimate;
  /** alpha_i / sum alpha_j of each scale-invariant group, in the order of the network. */
  readonly shares: readonly number[];
  /** The loss above the threshold according to the reading; undefined: in the toy's proportion to the loss of random points. */
  readonly losses?: LossLine;
  /** What a reader should know of it. */
  readonly note?: string;
}

/** Mean losses as a straight line over 1 / ELR, with errors that are a multiple of those of the line. */
export interface LossLine {
  readonly line: StraightLine;
  readonly scale: number;
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

/** A loss on the line; the threshold is where it crosses zero. */
function lossOnLine({ line, scale }: LossLine, elr: number): Estimate {
  const { y, error } = onLine(line, 1 / elr);
  return { mean: y, error: error * scale };
}

/** Shares of groups without curvature are 0: such groups have no part in the toy. */
const withoutNone = (shares: readonly number[]): number[] => shares.filter((share) => share > 0);

/** The shares of those that have a part, with 0 in the places of the others. */
function inPlace(shares: readonly number[], present: readonly number[]): number[] {
  const next = present[Symbol.iterator]();
  return shares.map((share) => (share > 0 ? next.next().value! : 0));
}

/**
 * Loss, ESS and shares that a reading predicts at an ELR (T3, T4), with the standard errors that those of the threshold and of
 * the losses give them; NaN if the threshold is so uncertain that one error less leaves none. Without losses of its own the
 * reading has those of the toy, in which random points have S/2.
 */
export function equilibriumOf(
  { threshold, shares, losses }: ToyReading,
  elr: number,
  theory: Pick<RegimeTheory, 'equilibrium'>,
  { randomLoss, tolerance }: ReadingContext,
): ReadEquilibrium {
  const present = withoutNone(shares);
  const at = (where: number) =>
    theory.equilibrium(
      present.map((share) => share / where),
      elr,
      tolerance,
    );
  const known = (of: (where: number) => number) => (where: number) => (where > 0 ? of(where) : Number.NaN);
  // In units of S/2, so that a threshold alone decides it.
  const lossAt = (where: number, unit: number): number => known((each) => at(each).loss * 2 * each)(where) * unit;
  const { k, regime, ess, shares: predicted } = at(threshold.mean);
  const inProportion = {
    mean: lossAt(threshold.mean, randomLoss.mean),
    error: propagateErrors(lossAt, [threshold, randomLoss]),
  };
  return {
    elr,
    k,
    regime,
    loss: losses === undefined || regime === 'convergence' ? inProportion : lossOnLine(losses, elr),
    ess: {
      mean: ess,
      error: propagateErrors(
        known((where) => at(where).ess),
        [threshold],
      ),
    },
    shares: inPlace(shares, predicted),
  };
}
