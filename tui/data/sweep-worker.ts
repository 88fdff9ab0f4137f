/** A thread that reads and verifies a sweep again and again, and sends what has changed. */
import { parentPort, workerData } from 'node:worker_threads';
import { lowerPriority } from '../../src/system/processors.js';
import { SweepFollower, type SweepFollowerOptions } from './sweep-follower.js';
import type { RunSnapshot, SweepSnapshot } from './sweep-snapshot.js';

export interface SweepWorkerData extends SweepFollowerOptions {
  readonly directory: string;
  /** Milliseconds between two looks, at least. */
  readonly interval: number;
}

/** What the other thread asks for: another setting of the sweep. */
export interface SweepQuestion {
  readonly setting: number;
}

/** A sweep without the runs that have not changed since the last message: these are sent as the name of their folder. */
export type SweepMessage =
  | (Omit<SweepSnapshot, 'runs'> & { readonly kind: 'sweep'; readonly runs: readonly (RunSnapshot | string)[] })
  | { readonly kind: 'problem'; readonly message: string };

/** Looks take at most this part of a core. */
const BUSY_PART = 0.08;

const { interval, directory, ...options } = workerData as SweepWorkerData;
lowerPriority();
const follower = new SweepFollower(directory, options);
let sent = new Map<string, RunSnapshot>();
let last = '';
let setting = 0;
let timer: NodeJS.Timeout | undefined;

const send = (message: SweepMessage): void => parentPort!.postMessage(message);

function look(): void {
  const start = performance.now();
  try {
    const { runs, ...sweep } = follower.look(setting);
    const changed = runs.filter((run) => sent.get(run.folder) !== run);
    // Predictions change with records beside a run too, such as what it lost by annealing.
    const predicted = sweep.verification.predictions.map(({ name, measured }) => [name, measured]);
    const folders = runs.map(({ folder }) => folder);
    const shape = JSON.stringify([folders, sweep.setting, sweep.settings, sweep.writing, predicted]);
    if (changed.length > 0 || shape !== last) {
      send({ kind: 'sweep', ...sweep, runs: runs.map((run) => (sent.get(run.folder) === run ? run.folder : run)) });
    }
    for (const run of runs) sent.set(run.folder, run);
    last = shape;
  } catch (error) {
    const { message } = error as Error;
    if (last !== message) send({ kind: 'problem', message: message.split('\n')[0]! });
    last = message;
    sent = new Map();
  }
  const took = performance.now() - start;
  timer = setTimeout(look, Math.max(interval, took / BUSY_PART));
}

parentPort!.on('message', (question: SweepQuestion) => {
  setting = question.setting;
  clearTimeout(timer);
  look();
});
look();
