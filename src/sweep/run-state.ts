import type { Varied } from './plan.js';

/**
 * Where a run of a sweep stands, for whoever trains it. `waiting`: nobody has been asked to train it; `preempted`: it was stopped
 * and is not going to be started again by itself.
 */
export const RUN_STATES = ['finished', 'running', 'queued', 'preempted', 'failed', 'waiting'] as const;

/** A run of a sweep, where it stands, and what is known of that. */
export interface RunState {
  readonly folder: string;
  readonly varied: Varied;
  readonly state: (typeof RUN_STATES)[number];
  /** The task of a job array that trains it or did so last: `12_3`. */
  readonly task?: string;
  /** In the scheduler's words: `OUT_OF_MEMORY`. */
  readonly word?: string;
  /** The machine on which it runs or ran. */
  readonly node?: string;
  /** Why it failed, or waits. */
  readonly reason?: string;
  /** What it printed. */
  readonly log?: string;
}

/**
 * Ends what needs the results of runs that are trained elsewhere and have not all ended: it goes on when it is asked for again.
 * Not a failure.
 */
export class RunsAway extends Error {
  constructor(
    readonly directory: string,
    /** Where each of them stands. */
    readonly states: readonly RunState[],
  ) {
    super(`${directory}: ${states.length} ${states.length === 1 ? 'run has' : 'runs have'} not ended yet`);
  }
}
