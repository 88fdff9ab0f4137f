import { join } from 'node:path';
import { readSteps } from '../../src/run/read-steps.js';
import { brokeOnNumbers } from '../../src/run/recorded-run.js';
import { readManifest } from '../../src/run/run-directory.js';
import type { PlannedRun } from '../../src/sweep/plan.js';
import { RunsAway } from '../../src/sweep/run-state.js';
import type { SweepFailure } from '../sweep/workers.js';
import type { Executor } from './executor.js';
import type { Trainer } from './run-study.js';

/** Why a run has ended for good without being finished, where its numbers stopped being finite; undefined of any other. */
function endOnNumbers(directory: string, { folder }: PlannedRun): string | undefined {
  try {
    const failure = readManifest(join(directory, folder))?.failure ?? undefined;
    if (failure === undefined || !brokeOnNumbers({ steps: readSteps(join(directory, folder)) })) return undefined;
    return failure;
  } catch {
    // Damaged: whoever trains it says so.
    return undefined;
  }
}

/**
 * Trains plans by an executor that does not wait for their end, for what needs their results: experiments, forecasts, refinements. Runs
 * that are missing are submitted, and `RunsAway` is thrown until all have ended. Asked again then, it returns those that failed: their
 * numbers stopped being finite, and they are not submitted again. What the executor throws is passed on.
 *
 * @example
 * const train = trainerOn((directory) => slurmExecutor({ directory, command, partition: 'gpu' }));
 * await refine('runs/wide', { factor: 1.5, mostRuns: 12, train });
 */
export const trainerOn =
  (executorOf: (directory: string) => Executor): Trainer =>
  async (plan, { directory }) => {
    const failures = plan.runs.flatMap((run): (SweepFailure & Pick<PlannedRun, 'folder'>)[] => {
      const reason = endOnNumbers(directory, run);
      return reason === undefined ? [] : [{ folder: run.folder, varied: run.varied, reason }];
    });
    const ended = new Set(failures.map(({ folder }) => folder));
    const open = plan.runs.filter(({ folder }) => !ended.has(folder));
    const states = await executorOf(directory).submit({ ...plan, runs: open });
    const away = states.filter(({ state }) => state !== 'finished');
    if (away.length > 0) throw new RunsAway(directory, away);
    return failures.map(({ varied, reason }) => ({ varied, reason }));
  };
