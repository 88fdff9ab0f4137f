import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { RunConfiguration } from '../../src/run/manifest.js';
import { isFinished } from '../../src/sweep/directory.js';
import { extendSweep } from '../../src/sweep/extend-sweep.js';
import type { PlannedRun, SweepPlan, Varied } from '../../src/sweep/plan.js';
import type { EngineName } from '../engine/names.js';
import { SweepLedger, type SweepProgress } from './ledger.js';
import { giveBackWorker, isAlive, takeWorker } from './spare-workers.js';
import type { WorkerReport, WorkerTask } from './worker-messages.js';

export type { SweepProgress } from './ledger.js';

/** A run that failed: what varies in it, and why. */
export interface SweepFailure {
  readonly varied: Varied;
  readonly reason: string;
}

/** The number of runs trained side by side, and the progress callbacks. */
export interface SweepOptions {
  /** Processes side by side. */
  readonly workers: number;
  /** Runs in each of them, which take their steps in one graph where they can; default: 1. */
  readonly together?: number;
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
    const onComplaint = (text: Buffer): void => {
      complaint = (complaint + text.toString()).slice(-2000);
    };
    const done = (reason?: string): void => {
      worker.off('message', onMessage).off('exit', onExit).off('error', onError);
      worker.stderr?.off('data', onComplaint);
      resolve(reason);
    };
    const onMessage = (message: WorkerReport): void => {
      if (message.directory !== task.directory) return;
      if (message.kind === 'progress') onSteps(message.steps, message.before);
      else done(message.kind === 'failed' ? message.reason : undefined);
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      const last = complaint.trim().split('\n').at(-1) ?? '';
      done(`the process ended (${signal ?? `exit code ${code}`})${last && `: ${last}`}`);
    };
    const onError = ({ message }: Error): void => done(`the process cannot be used: ${message}`);
    worker.on('message', onMessage).on('exit', onExit).on('error', onError);
    worker.stderr?.on('data', onComplaint);
    // Where this fails the worker has ended, and its exit is heard.
    worker.send(task, () => {});
  });
}

/** What runs have in common that take their steps in one graph. */
function kindOf({ configuration }: PlannedRun): string {
  const { model, width, depth, norm, groups, lastLayer, data, batch, engine, training } = configuration;
  const network = { model, width, depth, norm, groups, lastLayer };
  return JSON.stringify({ ...network, data, batch, engine, ...training, schedule: null, lastLayerSeed: null });
}

/** Takes from a queue the next run, of the given kind if there is one. */
function takeNext(queue: PlannedRun[], kind: string | undefined): PlannedRun | undefined {
  const alike = queue.findIndex((run) => kindOf(run) === kind);
  return queue.splice(Math.max(0, alike), 1)[0];
}

/**
 * Works on runs until there is none left, `together` at a time in one process, which is replaced where it has ended. Each
 * engine has its own process. Runs of one kind follow one another, since only these step together.
 */
async function workInTurn(
  next: (kind: string | undefined) => PlannedRun | undefined,
  workOn: (worker: ChildProcess, run: PlannedRun) => Promise<void>,
  together: number,
): Promise<void> {
  let kind: string | undefined;
  const workers = new Map<EngineName, ChildProcess>();
  const workerOf = (engine: EngineName): ChildProcess => {
    const known = workers.get(engine);
    const worker = isAlive(known) ? known : takeWorker(engine);
    workers.set(engine, worker);
    return worker;
  };
  const inTurn = async (): Promise<void> => {
    for (let run = next(kind); run !== undefined; run = next(kind)) {
      kind = kindOf(run);
      await workOn(workerOf(run.configuration.engine as EngineName), run);
    }
  };
  await Promise.all(Array.from({ length: together }, inTurn));
  for (const worker of workers.values()) giveBackWorker(worker);
}

/**
 * Trains every run of a plan that is not finished on disk, `workers` processes side by side with `together`
 * runs each, and returns which of them failed. A failed run stops no other, though a process that is killed ends all of its
 * runs; the next call tries them again. A damaged one fails unless it is to be redone. Throws a UsageError if `directory`
 * holds another sweep, and the signal's reason where it is aborted.
 */
export async function runSweep(
  directory: string,
  plan: SweepPlan,
  options: SweepOptions,
): Promise<readonly SweepFailure[]> {
  const { workers, together = 1, signal, redoDamaged = false } = options;
  const { onProgress = () => {}, checkpointEvery = () => undefined } = options;
  // As they are planned on disk, where they may have been lengthened since.
  const onDisk = new Map(extendSweep(directory, plan).runs.map((run) => [run.folder, run]));
  const pending = plan.runs.map((run) => onDisk.get(run.folder) ?? run).filter((run) => !isFinished(directory, run));
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
  const next = (kind: string | undefined) => (signal?.aborted ? undefined : takeNext(queue, kind));
  signal?.addEventListener('abort', stop);
  const processes = Math.min(workers, pending.length);
  const each = Math.min(together, Math.ceil(pending.length / processes));
  await Promise.all(Array.from({ length: processes }, () => workInTurn(next, workOn, each)));
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  return failures;
}
