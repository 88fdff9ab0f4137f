import { readSubmissions } from '../../cluster/submission.js';
import { slurmStates } from '../../cluster/sweep-states.js';
import { readSweepPlan } from '../../sweep/directory.js';
import type { RunState } from '../../sweep/run-state.js';
import { counted, log, logFirst } from '../../text/output.js';
import { endedLines, stateCounts } from '../../text/run/run-state-text.js';

/** Says on stderr how many runs are in each state, and which have ended before they were finished. */
export function tellStates(states: readonly RunState[], prefix = ''): void {
  log(`${prefix}${counted(states.length, 'run')}: ${stateCounts(states)}`);
  logFirst(endedLines(states), 'regimes runs list shows all');
}

/** The same of a sweep that was handed to Slurm and is not finished, or why it is not known; says nothing of any other folder. */
export function tellSlurmStates(directory: string): void {
  try {
    if (readSubmissions(directory).length === 0) return;
    const states = slurmStates(directory, readSweepPlan(directory));
    if (states.some(({ state }) => state !== 'finished')) tellStates(states, `${directory}: `);
  } catch (error) {
    log(`${directory}: how its runs stand in Slurm is not known (${(error as Error).message})`);
  }
}
