import { join } from 'node:path';
import type { Cadence } from '../../src/run/epoch.js';
import type { RunOutcome } from '../../src/run/manifest.js';
import { isFinished, readSweepPlan } from '../../src/sweep/directory.js';
import { UsageError } from '../../src/system/usage-error.js';
import { prepareRun } from '../run/prepare.js';
import { type RecordOptions, recordRun } from '../run/record.js';
import { checkpointSteps } from './run-study.js';

/** A task may begin while the one before it, on another machine, is being ended. */
const PATIENCE = 60_000;

/** How a task trains its run, and what it is told on the way. */
export interface TaskOptions extends Pick<RecordOptions, 'onStep' | 'onNote' | 'redoDamaged' | 'signal'> {
  /** Default: every half minute. */
  readonly checkpointEvery?: Cadence | undefined;
}

/**
 * Trains one run of a sweep in this process, from where it is; undefined where it is finished already. Throws a UsageError where
 * the sweep has no such run or another process is at work on it, the signal's reason where it is aborted.
 */
export async function trainTask(
  sweep: string,
  folder: string,
  { checkpointEvery, ...options }: TaskOptions = {},
): Promise<RunOutcome | undefined> {
  const run = readSweepPlan(sweep).runs.find((each) => each.folder === folder);
  if (run === undefined) throw new UsageError(`${sweep} has no run ${folder}; allowed: one that its plan names`);
  if (isFinished(sweep, run)) return undefined;
  const every = checkpointEvery && { checkpointEvery: checkpointSteps(checkpointEvery)(run.configuration) };
  const record = { ...options, ...every, resume: true, patience: PATIENCE };
  return recordRun(prepareRun(run.configuration), join(sweep, folder), record);
}
