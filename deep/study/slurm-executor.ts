import { join, resolve } from 'node:path';
import { type JobOptions, jobScript } from '../../src/cluster/job-script.js';
import { isMissing } from '../../src/cluster/place-runs.js';
import {
  nextSubmission,
  readSubmissions,
  removeSubmission,
  SLURM_FOLDER,
  type Submission,
  scriptPath,
  writeScript,
  writeSubmission,
} from '../../src/cluster/submission.js';
import { slurmStates } from '../../src/cluster/sweep-states.js';
import { askSlurm, SlurmError } from '../../src/slurm/ask-slurm.js';
import { queuedTasks } from '../../src/slurm/task-states.js';
import { extendSweep } from '../../src/sweep/extend-sweep.js';
import type { SweepPlan } from '../../src/sweep/plan.js';
import type { RunState } from '../../src/sweep/run-state.js';
import { makeDirectory } from '../../src/system/atomic.js';
import { lockDirectory } from '../../src/system/lock.js';
import type { Executor } from './executor.js';

/** Tasks of one job array: Slurm allows 1,001 unless it is told otherwise (MaxArraySize). */
const MOST_TASKS = 1000;

/** Where the runs are kept, what trains one of them, and what is asked of Slurm for it. */
export interface SlurmOptions extends JobOptions {
  /** Where the runs are kept, one a folder, on a file system that all nodes see. */
  readonly directory: string;
  /** The words of the command that trains task `$SLURM_ARRAY_TASK_ID` of a submission. */
  readonly command: (submission: number) => readonly string[];
  /** Called with where each run stood before anything was submitted. */
  readonly onStates?: (states: readonly RunState[]) => void;
  /** Called with each job array that Slurm has taken. */
  readonly onSubmitted?: (submission: Submission) => void;
}

const chunks = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / MOST_TASKS) }, (_, i) =>
    items.slice(i * MOST_TASKS, (i + 1) * MOST_TASKS),
  );

/** Submissions of these runs, and the script of each, as they are going to be. */
function prepared(folders: readonly string[], { directory, command, ...job }: SlurmOptions) {
  const before = readSubmissions(directory);
  return chunks(folders).map((runs) => {
    const submission = nextSubmission(before, runs);
    before.push(submission);
    const logs = resolve(directory, SLURM_FOLDER);
    const { name, number } = submission;
    return { submission, script: jobScript({ ...job, name, logs, tasks: runs.length, command: command(number) }) };
  });
}

/** The number that Slurm has given to the job of a name, which it has taken without saying so; undefined where it has not. */
const jobNamed = (name: string): string | undefined => queuedTasks([name])[0]?.job;

/** Writes down the jobs of earlier submissions whose answers were lost, where the queue has them. */
function findLost(directory: string): void {
  for (const lost of readSubmissions(directory).filter(({ job }) => job === null)) {
    const job = jobNamed(lost.name);
    if (job !== undefined) writeSubmission(directory, { ...lost, job });
  }
}

/** The job that Slurm has taken though its answer was lost; undefined where it has not, or does not answer now either. */
function jobTaken(name: string): string | undefined {
  try {
    return jobNamed(name);
  } catch {
    return undefined;
  }
}

/** Asks Slurm to take a submission that is on disk; the number of the job. Throws a SlurmError. */
function submit(directory: string, submission: Submission): string {
  try {
    return askSlurm('sbatch', ['--parsable', scriptPath(directory, submission)])
      .trim()
      .split(';')[0]!;
  } catch (error) {
    if (!(error instanceof SlurmError)) throw error;
    if (!error.isUnclear) {
      removeSubmission(directory, submission);
      throw error;
    }
    const job = jobTaken(submission.name);
    if (job !== undefined) return job;
    // What was not heard may still have been a yes: the submission stays, and its name is looked for the next time.
    throw new SlurmError(`${error.message}; the same command finds out whether the job was taken`, error);
  }
}

/** The scripts that `submit` would give to Slurm now, and where each run stands; nothing is written. Throws a SlurmError. */
export function slurmScripts(plan: SweepPlan, options: SlurmOptions) {
  const states = slurmStates(options.directory, plan);
  const missing = states.filter(isMissing).map(({ folder }) => folder);
  return { states, scripts: prepared(missing, options).map(({ script }) => script) };
}

/**
 * Has Slurm train the runs as tasks of job arrays; `submit` resolves once Slurm has taken them. Runs that a task in the queue is
 * to train, or trains, are not submitted again. Throws a SlurmError where Slurm cannot be asked, which is known before
 * anything is submitted.
 */
export function slurmExecutor(options: SlurmOptions): Executor {
  const { directory, onStates = () => {}, onSubmitted = () => {} } = options;
  const submitMissing = async (plan: SweepPlan): Promise<readonly RunState[]> => {
    extendSweep(directory, plan);
    const folder = join(directory, SLURM_FOLDER);
    makeDirectory(folder);
    // Two of these commands at once would both find the same runs missing.
    const release = lockDirectory(folder);
    try {
      findLost(directory);
      const states = slurmStates(directory, plan);
      onStates(states);
      const missing = states.filter(isMissing);
      const tasks = new Map<string, string>();
      for (const { submission, script } of prepared(
        missing.map((state) => state.folder),
        options,
      )) {
        writeSubmission(directory, submission);
        writeScript(directory, submission, script);
        const job = submit(directory, submission);
        writeSubmission(directory, { ...submission, job });
        onSubmitted({ ...submission, job });
        for (const [task, run] of submission.runs.entries()) tasks.set(run, `${job}_${task}`);
      }
      return states.map((state) => {
        const task = tasks.get(state.folder);
        return task === undefined ? state : { folder: state.folder, varied: state.varied, state: 'queued', task };
      });
    } finally {
      release();
    }
  };
  return { submit: submitMissing };
}
