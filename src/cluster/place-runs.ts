import { isAtWork, isWaiting, type QueuedTask, type TaskState } from '../slurm/task-states.js';
import type { Varied } from '../sweep/plan.js';
import type { RunState } from '../sweep/run-state.js';
import type { Submission } from './submission.js';

/** A run as its folder shows it. */
export interface RunOnDisk {
  readonly folder: string;
  readonly varied: Varied;
  readonly isFinished: boolean;
  /** Whether a process is at work on it, of whatever sweep and machine. */
  readonly isLocked: boolean;
  /** Why it failed, where it did. */
  readonly failure?: string | undefined;
}

/** What is known of the tasks of submissions. */
export interface KnownTasks {
  readonly submissions: readonly Submission[];
  /** What the queue has, by the names of the jobs. */
  readonly queue: readonly QueuedTask[];
  /** How tasks ended that the queue has forgotten. */
  readonly ended: readonly TaskState[];
}

const idOf = ({ job, task }: TaskState): string => `${job}_${task}`;

/** The tasks of every run, the latest first; those of which Slurm says nothing are left out. */
function tasksByRun({ submissions, queue, ended }: KnownTasks): ReadonlyMap<string, readonly TaskState[]> {
  const byName = new Map<string, Map<number, TaskState>>();
  for (const each of queue) {
    const tasks = byName.get(each.name) ?? new Map<number, TaskState>();
    byName.set(each.name, tasks.set(each.task, each));
  }
  const accounts = new Map(ended.map((task) => [idOf(task), task]));
  const tasks = new Map<string, TaskState[]>();
  for (const { name, job, runs } of submissions.toReversed()) {
    for (const [task, folder] of runs.entries()) {
      const known = byName.get(name)?.get(task) ?? (job === null ? undefined : accounts.get(`${job}_${task}`));
      if (known !== undefined) tasks.set(folder, [...(tasks.get(folder) ?? []), known]);
    }
  }
  return tasks;
}

function placeRun(run: RunOnDisk, tasks: readonly TaskState[]): RunState {
  const { folder, varied } = run;
  // A task in the queue trains the run even where a later one, of which nothing is known, was to train it too.
  const owner = tasks.find(({ state }) => isAtWork(state)) ?? tasks.find(({ state }) => isWaiting(state));
  const told = owner ?? tasks[0];
  const { node, reason } = told ?? {};
  const known = { folder, varied, ...(told && { task: idOf(told), word: told.state }), ...(node && { node }) };
  if (run.isFinished) return { ...known, state: 'finished' };
  if (owner !== undefined) {
    if (isAtWork(owner.state)) return { ...known, state: 'running' };
    return { ...known, state: 'queued', ...(reason && { reason }) };
  }
  if (run.isLocked) return { folder, varied, state: 'running' };
  const failure = run.failure === undefined ? {} : { reason: run.failure };
  if (told === undefined)
    return { folder, varied, state: run.failure === undefined ? 'waiting' : 'failed', ...failure };
  return { ...known, ...failure, state: told.state === 'PREEMPTED' ? 'preempted' : 'failed' };
}

/** Where each run stands, from its folder and from what Slurm says of the tasks that were to train it. */
export function placeRuns(runs: readonly RunOnDisk[], known: KnownTasks): RunState[] {
  const tasks = tasksByRun(known);
  return runs.map((run) => placeRun(run, tasks.get(run.folder) ?? []));
}

/** Whether nobody is going to train a run that is not finished: no task that is queued or running, no other process. */
export const isMissing = ({ state }: RunState): boolean =>
  state === 'waiting' || state === 'failed' || state === 'preempted';
