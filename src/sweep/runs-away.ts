import type { RunState } from './run-state.js';

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
