import { hostname } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { NOTICE_SIGNAL } from '../../cluster/job-script.js';
import { readSubmission } from '../../cluster/submission.js';
import type { Cadence } from '../../run/epoch.js';
import { askSlurm } from '../../slurm/ask-slurm.js';
import { ownJob } from '../../slurm/job-at-work.js';
import { UsageError } from '../../system/usage-error.js';
import { cadence } from '../../text/grammar/moment-grammar.js';
import { count, seed } from '../../text/grammar/value-grammar.js';
import { log } from '../../text/output.js';

interface TaskOptions {
  readonly submission: number;
  readonly task?: number;
  readonly checkpointEvery?: Cadence;
  readonly redoDamaged?: true;
}

/** Exit code of a program that was asked to end by SIGTERM. */
const TERMINATED = 143;

function taskNumber({ task }: TaskOptions): number {
  if (task !== undefined) return task;
  const { SLURM_ARRAY_TASK_ID } = process.env;
  if (SLURM_ARRAY_TASK_ID) return Number(SLURM_ARRAY_TASK_ID);
  throw new UsageError('outside a job array of Slurm, --task says which task of the submission to train');
}

/** Puts this job back into the queue, where it goes on from its checkpoint. */
function requeue(): void {
  const { job } = ownJob() ?? {};
  if (job === undefined) return;
  try {
    askSlurm('scontrol', ['requeue', job]);
    log(`job ${job} is in the queue again`);
  } catch (error) {
    log(
      `job ${job} is not in the queue again (${(error as Error).message}); the command of the sweep submits the run anew`,
    );
  }
}

/** Says on which machine a run begins or goes on, and how far it has come. */
function progressOf(name: string) {
  let first: number | undefined;
  let taken = 0;
  const onStep = ({ step }: { readonly step: number }): void => {
    if (first === undefined)
      log(step === 0 ? `${name} begins on ${hostname()}` : `${name} goes on after ${step} steps on ${hostname()}`);
    first ??= step;
    taken = step + 1;
  };
  return { onStep, taken: () => taken, hasAdvanced: () => first !== undefined };
}

async function sweepTask(directory: string, options: TaskOptions): Promise<void> {
  const task = taskNumber(options);
  const { submission: number, checkpointEvery, redoDamaged } = options;
  const { runs } = readSubmission(directory, number);
  const folder = runs[task];
  if (folder === undefined)
    throw new UsageError(`submission ${number} has no task ${task}; allowed: 0 to ${runs.length - 1}`);
  const name = join(directory, folder);
  const progress = progressOf(name);
  const abort = new AbortController();
  let isOutOfTime = false;
  const stop = (): void => abort.abort();
  const stopInTime = (): void => {
    isOutOfTime = true;
    stop();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop).once(NOTICE_SIGNAL, stopInTime);
  try {
    const { trainTask } = await import('../../../deep/study/train-task.js');
    const outcome = await trainTask(directory, folder, {
      ...{ checkpointEvery, signal: abort.signal, onNote: log, onStep: progress.onStep },
      ...(redoDamaged && { redoDamaged }),
    });
    log(outcome === undefined ? `${name} is finished already` : `${name} is finished`);
  } catch (error) {
    if (!abort.signal.aborted || error !== abort.signal.reason) throw error;
    log(`${name} is stopped after ${progress.taken()} steps, with a checkpoint`);
    process.exitCode = TERMINATED;
    // A task whose time is too short for a single step would come back for ever.
    if (isOutOfTime && progress.hasAdvanced()) requeue();
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop).off(NOTICE_SIGNAL, stopInTime);
  }
}

/** `regimes sweep-task`: one run of a sweep, as a task of a job array. */
export const sweepTaskCommand = (): Command =>
  new Command('sweep-task')
    .argument('<dir>', 'folder of the sweep')
    .requiredOption('--submission <number>', 'which submission of the sweep the task belongs to', count)
    .option('--task <number>', 'task of the submission, from 0 on (default: that of Slurm, SLURM_ARRAY_TASK_ID)', seed)
    .option('--checkpoint-every <count>', 'steps like 100 or epochs like 2e (default: every half minute)', cadence)
    .option('--redo-damaged', 'train a damaged run again, in place of what is left of it')
    .action(sweepTask);
