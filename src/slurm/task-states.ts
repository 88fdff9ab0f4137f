import { askSlurm, SlurmError } from './ask-slurm.js';

/** What Slurm says of a task of a job array. */
export interface TaskState {
  readonly job: string;
  /** Its number in the array. */
  readonly task: number;
  /** In Slurm's own words: PENDING, RUNNING, OUT_OF_MEMORY. */
  readonly state: string;
  readonly node?: string;
  /** Why it waits. */
  readonly reason?: string;
}

/** A task in the queue, with the name that its submission gave to the job. */
export interface QueuedTask extends TaskState {
  readonly name: string;
}

const AT_WORK = new Set([
  ...['RUNNING', 'COMPLETING', 'CONFIGURING', 'SUSPENDED', 'STOPPED', 'RESIZING', 'SIGNALING', 'STAGE_OUT'],
]);
/** What Slurm is going to start, or start again, without being asked. */
const WAITING = new Set(['PENDING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'RESV_DEL_HOLD', 'SPECIAL_EXIT']);

/** Whether a process of a job in this state may be at work. */
export const isAtWork = (state: string): boolean => AT_WORK.has(state);
/** Whether a job in this state is to be started by Slurm. */
export const isWaiting = (state: string): boolean => WAITING.has(state);

const optional = <Name extends string>(name: Name, value: string | undefined) =>
  (value === undefined || ['', '(null)', 'None', 'None assigned', 'Unknown'].includes(value)
    ? {}
    : { [name]: value }) as Partial<Record<Name, string>>;

const QUEUE_FORMAT = '%j|%F|%K|%T|%N|%r';

/** The lines of `squeue --array` in that format; lines of other jobs, which have no number of a task, are left out. */
export function parseQueue(text: string): QueuedTask[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', job = '', task = '', state = '', node, ...reason] = line.split('|');
    if (!/^\d+$/.test(task)) return [];
    return [
      { name, job, task: Number(task), state, ...optional('node', node), ...optional('reason', reason.join('|')) },
    ];
  });
}

/** Every task of the jobs of these names that Slurm has in its queue, ended ones too while it remembers them. Throws a SlurmError. */
export function queuedTasks(names: readonly string[]): QueuedTask[] {
  if (names.length === 0) return [];
  const words = ['--noheader', '--array', '--states=all', `--name=${names.join(',')}`, `--format=${QUEUE_FORMAT}`];
  return parseQueue(askSlurm('squeue', words));
}

/** The lines of `sacct --parsable2`: how tasks ended. What it says of tasks that have not ended is the queue's to say. */
export function parseAccounts(text: string): TaskState[] {
  return text.split('\n').flatMap((line) => {
    const [id = '', told = '', node] = line.split('|');
    const { job, task } = /^(?<job>\d+)_(?<task>\d+)$/.exec(id)?.groups ?? {};
    // "CANCELLED by 1000".
    const state = told.split(' ')[0]!;
    if (job === undefined || state === '' || isAtWork(state) || isWaiting(state)) return [];
    return [{ job, task: Number(task), state, ...optional('node', node) }];
  });
}

/** How the tasks of these jobs ended, as Slurm's accounts have it; nothing where no accounts are kept. */
export function endedTasks(jobs: readonly string[]): TaskState[] {
  if (jobs.length === 0) return [];
  const words = ['--noheader', '--parsable2', '--allocations', '--array', `--jobs=${jobs.join(',')}`];
  try {
    return parseAccounts(askSlurm('sacct', [...words, '--format=JobID,State,NodeList']));
  } catch (error) {
    if (error instanceof SlurmError) return [];
    throw error;
  }
}
