import type { SweepRun } from '../src/run/sweep-directory.js';
import { type Verification, verifySweep } from '../src/verify.js';
import { toyTheory } from '../toy/theory.js';
import { type SideBySide, sideBySide } from './panel.js';

/** How far a run is; one that is still to come is `waiting`. */
export interface RunProgress {
  readonly state: 'waiting' | 'running' | 'finished' | 'failed';
  readonly step: number;
  readonly steps: number;
  /** One line, where the run failed. */
  readonly failure: string | null;
}

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
  progress(elr: number): RunProgress;
}

export interface SweepViewOptions {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  /** ELRs that are planned; without it those of the runs that have begun. */
  readonly elrs?: readonly number[];
}

const WAITING: RunProgress = { state: 'waiting', step: 0, steps: 0, failure: null };

const progressOf = ({ manifest: { status, configuration, failure }, steps }: SweepRun): RunProgress => ({
  state: status,
  step: steps.length,
  steps: configuration.steps,
  failure,
});

/** The view of runs as read from disk. */
export function sweepView(runs: readonly SweepRun[], options: SweepViewOptions): SweepView {
  const { alpha, tolerance } = options;
  const byElr = new Map(runs.map((run) => [run.manifest.configuration.elr, run]));
  const elrs = options.elrs ?? [...byElr.keys()].sort((a, b) => a - b);
  const verification = verifySweep(runs, toyTheory, { tolerance });
  return {
    alpha,
    tolerance,
    elrs,
    verification,
    sides: sideBySide(verification, elrs, alpha, tolerance),
    losses: (elr) => (byElr.get(elr)?.steps ?? []).map(({ loss }) => loss),
    progress: (elr) => {
      const run = byElr.get(elr);
      return run === undefined ? WAITING : progressOf(run);
    },
  };
}

/** Where to begin: at the first run in equilibrium, which has most to show; at the first of all while there is none. */
export function firstCursor({ elrs, verification }: SweepView): number {
  const run = verification.runs.find(({ regime }) => regime === 'chaotic equilibrium');
  return run === undefined ? 0 : Math.max(0, elrs.indexOf(run.elr));
}
