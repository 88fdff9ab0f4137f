import type { MeasuredRun } from '../regime/analyse.js';
import { bracketText, isBelow } from '../regime/brackets.js';
import { type Bracket, bracketCentre, bracketError } from '../regime/thresholds.js';
import { type Prediction, untestedPrediction } from '../verify/prediction.js';
import { thresholdPrediction } from '../verify/threshold-rows.js';

/**
 * Groups kept on spheres of their own (T7): group i stops converging at ELR w_i / alpha_i. In units of the joint threshold 1/S
 * that is w_i / (alpha_i / S), and alpha_i / S is what an equilibrium on the joint sphere shows (T4): w_i = g_i / sum g_j.
 */

/** Norm shares of the groups. */
export type Shares = readonly number[];

/** alpha_i / S of each group with standard errors, as a run in equilibrium shows them. */
export interface EquilibriumShares {
  readonly elr: number;
  readonly shares: Shares;
  readonly errors: Shares;
}

/**
 * From the run in equilibrium on the joint sphere that is nearest above the threshold; undefined if there is none. Where no part
 * of it is stationary, how far its shares are from g_i / sum g_j, which is what they drift to (K4), stands for the errors.
 */
export function equilibriumSharesOf(runs: readonly MeasuredRun[]): EquilibriumShares | undefined {
  const first = runs.find(({ regime }) => regime === 'chaotic equilibrium');
  if (first === undefined) return undefined;
  const { elr, equilibriumShares, shares, errors } = first;
  const gaps = shares.map((share, i) => Math.abs(share - equilibriumShares[i]!));
  return { elr, shares: equilibriumShares, errors: errors?.equilibriumShares ?? gaps };
}

/** min_i w_i / (alpha_i / S), and the group that attains it: the ELR at which the first group stops converging, in units of the joint threshold. */
export function firstToLeave(frozen: Shares, equilibrium: Shares): { readonly group: number; readonly ratio: number } {
  const ratios = frozen.map((share, i) => share / equilibrium[i]!);
  const ratio = Math.min(...ratios);
  return { group: ratios.indexOf(ratio), ratio };
}

/** Runs whose groups keep their shares. */
export interface FrozenArm {
  /** What the shares are, as words. */
  readonly label: string;
  readonly shares: Shares;
  readonly convergence: Bracket;
}

export interface FrozenExperiment {
  /** Where runs on the joint sphere stop converging. */
  readonly joint: Bracket;
  readonly equilibrium: EquilibriumShares;
  readonly arms: readonly FrozenArm[];
}

const SOURCE = 'T7';

/** The threshold of frozen shares from that of the joint sphere. */
function armPrediction(
  { joint, equilibrium }: FrozenExperiment,
  { label, shares, convergence }: FrozenArm,
): Prediction {
  const { group, ratio } = firstToLeave(shares, equilibrium.shares);
  const name = `threshold with ${label} shares frozen: ${Number(ratio.toPrecision(3))} of the joint one`;
  const centre = bracketCentre(joint);
  if (centre === undefined) {
    return untestedPrediction({ name, source: SOURCE, tolerance: 1, note: 'the joint threshold is not bracketed' });
  }
  const ofShare = equilibrium.errors[group]! / equilibrium.shares[group]!;
  const predicted = centre * ratio;
  const predictedError = predicted * Math.hypot(bracketError(joint), ofShare);
  return thresholdPrediction({ name, source: SOURCE, predicted, predictedError }, convergence);
}

/** Two thresholds in the order that T7 gives them; brackets that overlap have no say. */
function orderPrediction(lower: FrozenArm, upper: FrozenArm): Prediction {
  const name = `${lower.label} shares stop converging no later than ${upper.label} ones`;
  const [low, high] = [lower.convergence, upper.convergence];
  const refutes = isBelow(high, low);
  if (!refutes && !isBelow(low, high)) {
    const note = 'the brackets overlap: a finer grid of ELRs or more seeds could separate them';
    return untestedPrediction({ name, source: SOURCE, tolerance: 0, note });
  }
  return {
    name,
    source: SOURCE,
    predicted: 'no later',
    measured: `${bracketText(low)}, ${bracketText(high)}`,
    error: null,
    errorKind: 'absolute',
    tolerance: 0,
    holds: !refutes,
  };
}

/** All rows about a network or about its twin: each arm against the joint threshold, and each against the equilibrium shares. */
export function frozenSharesPredictions(experiment: FrozenExperiment): Prediction[] {
  const { arms, equilibrium } = experiment;
  const best = arms.find(({ shares }) => shares === equilibrium.shares);
  const others = arms.filter((arm) => arm !== best);
  return [
    ...arms.map((arm) => armPrediction(experiment, arm)),
    ...(best === undefined ? [] : others.map((arm) => orderPrediction(arm, best))),
  ];
}
