import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { RunConfiguration } from '../../src/run/manifest.js';
import { extendSweep, isFinished } from '../../src/sweep/directory.js';
import type { PlannedRun, SweepPlan, Varied } from '../../src/sweep/plan.js';
import type { EngineName } from '../engine/names.js';
import { SweepLedger, type SweepProgress } from './ledger.js';
import { giveBackWorker, isAlive, suits, takeWorker } from './spare-workers.js';
import type { WorkerReport, WorkerTask } from './worker-messages.js';

export type { SweepProgress } from './ledger.js';

/** A run that failed: what varies in it, and why. */
export interface SweepFailure {
  readonly varied: Varied;
  readonly reason: string;
}

/** The number of runs trained side by side, and the progress callbacks. */
export interface SweepOptions {
  /** Runs side by side, one process each. */
  readonly workers: number;
  /** Called whenever a run has come further. */
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Steps from one checkpoint of a run to the next; undefined: as a run does by itself. */
  readonly checkpointEvery?: (configuration: RunConfiguration) => number | undefined;
  /** Trains damaged runs anew, in place of what is left of them; default: they fail. */
  readonly redoDamaged?: boolean | undefined;
  /** Aborting it ends the sweep: running processes are stopped, files on disk are kept. */
  readonly signal?: AbortSignal;
}

/** Has `worker` do one run; the reason where it fails. A worker that dies is a failed run, not a failed sweep. */
function workOff(
  worker: ChildProcess,
  task: WorkerTask,
  onSteps: (steps: number, before: number) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let complaint = '';
    worker.stderr?.on('data', (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(-2000);
    });
    const done = (reason?: string): void => {
      worker.removeAllListeners('message').removeAllListeners('exit').removeAllListeners('error');
      // An error without a listener would end the sweep.
      worker.on('error', () => {});
      worker.stderr?.removeAllListeners('data');
      resolve(reason);
    };
    worker.on('message', (message: WorkerReport) => {
      if (message.kind === 'progress') onSteps(message.steps, message.before);
      else done(message.kind === 'failed' ? message.reason : undefined);
    });
    worker.on('exit', (code, signal) => {
      const last = complaint.trim().split('\n').at(-1) ?? '';
      done(`the process ended (${signal ?? `exit code ${code}`})${last && `: ${last}`}`);
    });
    worker.on('error', ({ message }) => done(`the process cannot be used: ${message}`));
    // Where this fails the worker has ended, and its exit is heard.
    worker.send(task, () => {});
  });
}

/** Works on one run after another, until there is none left, in a process that is replaced where it has ended, or the engine needs another. */
async function workInTurn(
  next: () => PlannedRun | undefined,
  workOn: (worker: ChildProcess, run: PlannedRun) => Promise<void>,
): Promise<void> {
  let worker: ChildProcess | undefined;
  for (let run = next(); run !== undefined; run = next()) {
    const engine = run.configuration.engine as EngineName;
    if (worker !== undefined && !suits(worker, engine)) {
      giveBackWorker(worker);
      worker = undefined;
    }
    if (!isAlive(worker)) worker = takeWorker(engine);
    await workOn(worker, run);
  }
  if (worker !== undefined) giveBackWorker(worker);
}

/**
 * Trains every run of a plan that is not finished on disk, `workers` at a time, one process each, and returns which of
 * them failed. A failed run stops no other; the next call tries it again. A damaged one fails unless it is to be
 * redone. Throws a UsageError if `directory` holds
 * another sweep, and the signal's reason where it is aborted.
 */
export async function runSweep(
  directory: string,
  plan: SweepPlan,
  { workers, onProgress = () => {}, signal, checkpointEvery = () => undefined, redoDamaged = false }: SweepOptions,
): Promise<readonly SweepFailure[]> {
  extendSweep(directory, plan);
  const pending = plan.runs.filter((run) => !isFinished(directory, run));
  const ledger = new SweepLedger(pending, plan.runs.length, onProgress);
  ledger.publish();
  const failures: SweepFailure[] = [];
  const started = new Set<ChildProcess>();

  const workOn = async (worker: ChildProcess, run: PlannedRun): Promise<void> => {
    started.add(worker);
    const { folder, configuration, varied } = run;
    const every = checkpointEvery(configuration);
    const task = {
      ...{ configuration, directory: join(directory, folder) },
      ...(every && { checkpointEvery: every }),
      ...(redoDamaged && { redoDamaged }),
    };
    const reason = await workOff(worker, task, (steps, before) => ledger.report(run, steps, before));
    if (signal?.aborted) return;
    if (reason !== undefined) failures.push({ varied, reason });
    ledger.end(run, { failed: reason !== undefined });
  };
  const stop = (): void => {
    for (const worker of started) worker.kill('SIGKILL');
  };
  const queue = [...pending];
  const next = (): PlannedRun | undefined => (signal?.aborted ? undefined : queue.shift());
  signal?.addEventListener('abort', stop);
  await Promise.all(Array.from({ length: Math.min(workers, pending.length) }, () => workInTurn(next, workOn)));
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  return failures;
}
