import type { SweepRun } from '../src/run/sweep-directory.js';
import { type Verification, verifySweep } from '../src/verify.js';
import { toyTheory } from '../toy/theory.js';
import { type SideBySide, sideBySide } from './panel.js';

/** Everything the views show, at one moment of a sweep. */
export interface SweepView {
  readonly alpha: readonly number[];
  /** Tolerance of divergence, the same for toy and network. */
  readonly tolerance: number;
  /** ELRs of the sweep, run or not, rising. */
  readonly elrs: readonly number[];
  readonly verification: Verification;
  readonly sides: SideBySide;
  /** Loss of every step recorded at an ELR. */
  losses(elr: number): readonly number[];
}

export interface SweepViewOptions {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly elrs: readonly number[];
}

/** The view of runs as read from disk. */
export function sweepView(runs: readonly SweepRun[], { alpha, tolerance, elrs }: SweepViewOptions): SweepView {
  const verification = verifySweep(runs, toyTheory, { tolerance });
  return {
    alpha,
    tolerance,
    elrs,
    verification,
    sides: sideBySide(verification, elrs, alpha, tolerance),
    losses: (elr) =>
      (runs.find(({ manifest }) => manifest.configuration.elr === elr)?.steps ?? []).map(({ loss }) => loss),
  };
}
