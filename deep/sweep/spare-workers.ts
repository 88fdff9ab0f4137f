import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { siblingModule } from '../../src/system/sibling-module.js';
import { engineEnvironment } from '../engine/installed/environment.js';
import type { EngineName } from '../engine/names.js';

/**
 * Processes that train have loaded the engine, which takes longer than a short run. Experiments, forecasts and refinements
 * train one sweep after another, so a process whose sweep has ended is kept for the next one for a moment.
 */
const SPARE_MILLISECONDS = 3000;

interface Spare {
  readonly worker: ChildProcess;
  readonly surroundings: string;
  readonly timer: NodeJS.Timeout;
}

const spares = new Set<Spare>();

const environmentOf = (engine: EngineName): NodeJS.ProcessEnv => ({ ...process.env, ...engineEnvironment(engine) });

/** What a process has from the one that starts it for an engine. */
const surroundings = (engine: EngineName): string => JSON.stringify([process.cwd(), environmentOf(engine)]);
const startedIn = new WeakMap<ChildProcess, string>();

/** Whether the parent can end while the process is there. */
function hold(worker: ChildProcess, held: boolean): void {
  for (const part of [worker, worker.channel, worker.stderr as Socket | null]) {
    if (held) part?.ref();
    else part?.unref();
  }
}

/** A process that has ended, or is about to, may count as connected for a moment longer. */
export const isAlive = (worker: ChildProcess | undefined): worker is ChildProcess =>
  worker?.connected === true && !worker.killed && worker.exitCode === null && worker.signalCode === null;

function startWorker(engine: EngineName): ChildProcess {
  const worker = fork(siblingModule(import.meta.url, 'sweep-worker'), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...environmentOf(engine), OMP_NUM_THREADS: '1' },
  });
  // An error without a listener would end the sweep. Every run of the worker listens for its own end.
  worker.on('error', () => {}).setMaxListeners(0);
  worker.stderr?.setMaxListeners(0);
  startedIn.set(worker, surroundings(engine));
  return worker;
}

function forget(spare: Spare): void {
  clearTimeout(spare.timer);
  spares.delete(spare);
}

/** A process that trains what it is sent, by an engine: one that is at leisure, in the same folder and environment, or a new one. */
export function takeWorker(engine: EngineName = 'cpu'): ChildProcess {
  const here = surroundings(engine);
  for (const spare of spares) {
    if (spare.surroundings !== here) continue;
    forget(spare);
    if (!isAlive(spare.worker)) continue;
    hold(spare.worker, true);
    return spare.worker;
  }
  return startWorker(engine);
}

/** Gives a process back that has nothing to do. It ends by itself unless it is taken again within `milliseconds`. */
export function giveBackWorker(worker: ChildProcess, milliseconds = SPARE_MILLISECONDS): void {
  if (!isAlive(worker)) return;
  hold(worker, false);
  const timer = setTimeout(() => {
    forget(spare);
    if (isAlive(worker)) worker.disconnect();
  }, milliseconds);
  timer.unref();
  const spare: Spare = { worker, surroundings: startedIn.get(worker)!, timer };
  spares.add(spare);
}
