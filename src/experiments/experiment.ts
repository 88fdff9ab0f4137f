import { bracketCentre, type JudgedRun, type Thresholds } from '../regime/thresholds.js';
import type { Prediction } from '../verify/prediction.js';

/** What the experiments share: a statement of the theory tested on a network, and on the toy under the same protocol. */

/** Who was trained. */
export type Subject = 'network' | 'toy';

/** A row of the table, and whom it is about. */
export type SubjectPrediction = Prediction & { readonly of: Subject };

/** Runs over the same ELRs, with all other options fixed. */
export interface JudgedSweep {
  readonly of: Subject;
  /** Distinguishes it from the other sweeps of the experiment. */
  readonly label: string;
  /** By rising ELR. */
  readonly runs: readonly JudgedRun[];
  readonly thresholds: Thresholds;
}

/** Rows of the network, each followed by the row of the toy with the same statement; rows that only one of them has keep their place. */
export function sideBySide(network: readonly Prediction[], toy: readonly Prediction[]): SubjectPrediction[] {
  const ofNetwork = network.flatMap((row): SubjectPrediction[] => [
    { ...row, of: 'network' },
    ...toy.filter(({ name }) => name === row.name).map((twin) => ({ ...twin, of: 'toy' as const })),
  ]);
  const names = new Set(network.map(({ name }) => name));
  return [...ofNetwork, ...toy.filter(({ name }) => !names.has(name)).map((row) => ({ ...row, of: 'toy' as const }))];
}

/** A sweep as JSON: the regime at every ELR, and of each seed if there are several. */
export const sweepFacts = ({ of, label, runs, thresholds }: JudgedSweep) => ({
  of,
  label,
  thresholds,
  runs: runs.map(({ elr, regime, members = [] }) => ({
    elr,
    regime,
    ...(members.length > 1 && { members: members.map((member) => member.regime) }),
  })),
});

/** Rising ELRs in units of the convergence threshold: of the middle of its bracket, or of that of the ELRs where it has none. */
export function ratiosToThreshold(elrs: readonly number[], { convergence }: Thresholds): number[] {
  const unit = bracketCentre(convergence) ?? Math.sqrt(elrs[0]! * elrs.at(-1)!);
  return elrs.map((elr) => elr / unit);
}
