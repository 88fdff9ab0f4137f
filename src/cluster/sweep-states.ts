import { join } from 'node:path';
import { readManifest } from '../run/run-directory.js';
import { endedTasks, queuedTasks } from '../slurm/task-states.js';
import { isFinished } from '../sweep/directory.js';
import type { PlannedRun, SweepPlan } from '../sweep/plan.js';
import type { RunState } from '../sweep/run-state.js';
import { isLocked } from '../system/lock.js';
import { placeRuns, type RunOnDisk } from './place-runs.js';
import { logPath, readSubmissions } from './submission.js';

/** Where the runs of a sweep stand, by their folders and by what Slurm says of the tasks that were to train them. */

function onDisk(sweep: string, run: PlannedRun): RunOnDisk {
  const { folder, varied } = run;
  const directory = join(sweep, folder);
  if (isFinished(sweep, run)) return { folder, varied, isFinished: true, isLocked: false };
  const failureOf = (): string | undefined => {
    try {
      const manifest = readManifest(directory);
      if (manifest?.status === 'finished') return 'it is damaged';
      return manifest?.failure ?? undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return { folder, varied, isFinished: false, isLocked: isLocked(directory), failure: failureOf() };
}

/** Where each run of a plan stands in a sweep that Slurm trains. Throws a SlurmError where the queue cannot be read. */
export function slurmStates(directory: string, { runs }: SweepPlan): RunState[] {
  const present = runs.map((run) => onDisk(directory, run));
  const open = new Set(present.filter((run) => !run.isFinished).map(({ folder }) => folder));
  const submissions = readSubmissions(directory).filter((each) => each.runs.some((folder) => open.has(folder)));
  const queue = queuedTasks(submissions.map(({ name }) => name));
  const inQueue = new Set(queue.map(({ name, task }) => `${name} ${task}`));
  const gone = submissions.filter(({ name, runs: folders }) =>
    folders.some((folder, task) => open.has(folder) && !inQueue.has(`${name} ${task}`)),
  );
  const ended = endedTasks(gone.flatMap(({ job }) => job ?? []));
  return placeRuns(present, { submissions, queue, ended }).map((state) => withLog(directory, state));
}

function withLog(directory: string, state: RunState): RunState {
  const [job, task] = state.task?.split('_') ?? [];
  return job === undefined ? state : { ...state, log: logPath(directory, job, Number(task)) };
}
