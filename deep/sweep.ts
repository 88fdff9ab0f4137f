import { type ChildProcess, fork } from 'node:child_process';
import type { ElrConfiguration } from '../src/run/manifest.js';
import { isFinished, openSweep, runDirectory } from '../src/run/sweep-directory.js';
import { siblingModule } from '../src/sibling-module.js';
import type { WorkerTask } from './sweep-worker.js';

/** How often a worker reports. */
export const STEPS_PER_REPORT = 5;

export type WorkerReport =
  | { readonly kind: 'progress'; readonly steps: number }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface SweepProgress {
  /** Steps taken by this call, over all runs, and the steps it had to take. */
  readonly steps: number;
  readonly totalSteps: number;
  readonly runsDone: number;
  readonly runs: number;
}

export interface SweepFailure {
  readonly elr: number;
  readonly reason: string;
}

export interface SweepOptions {
  /** Runs side by side, one process each. */
  readonly workers: number;
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Steps from one checkpoint of a run to the next. */
  readonly checkpointEvery?: number;
  /** Ends the sweep: running processes are stopped, what is on disk stays. */
  readonly signal?: AbortSignal;
}

const startWorker = (): ChildProcess =>
  fork(siblingModule(import.meta.url, 'sweep-worker'), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });

/** A process that has ended may count as connected for a moment longer. */
const isAlive = (worker: ChildProcess | undefined): worker is ChildProcess =>
  worker?.connected === true && worker.exitCode === null && worker.signalCode === null;

/** Has `worker` do one run; the reason where it fails. A worker that dies is a failed run, not a failed sweep. */
function workOff(
  worker: ChildProcess,
  task: WorkerTask,
  onSteps: (steps: number) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let complaint = '';
    worker.stderr?.on('data', (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(-2000);
    });
    const done = (reason?: string): void => {
      worker.removeAllListeners('message').removeAllListeners('exit');
      worker.stderr?.removeAllListeners('data');
      resolve(reason);
    };
    worker.on('message', (message: WorkerReport) => {
      if (message.kind === 'progress') onSteps(message.steps);
      else done(message.kind === 'failed' ? message.reason : undefined);
    });
    worker.on('exit', (code, signal) => {
      const last = complaint.trim().split('\n').at(-1) ?? '';
      done(`the process ended (${signal ?? `exit code ${code}`})${last && `: ${last}`}`);
    });
    // Where this fails the worker has ended, and its exit is heard.
    worker.send(task, () => {});
  });
}

/** Runs that still have to be done, each with the steps it has taken so far. */
class Ledger {
  readonly failures: SweepFailure[] = [];
  private readonly steps = new Map<number, number>();
  private done = 0;

  constructor(
    private readonly pending: readonly ElrConfiguration[],
    private readonly runs: number,
    private readonly onProgress: (progress: SweepProgress) => void,
  ) {}

  report(elr: number, steps: number): void {
    this.steps.set(elr, steps);
    this.publish();
  }

  end({ elr, steps }: ElrConfiguration, reason: string | undefined): void {
    if (reason !== undefined) this.failures.push({ elr, reason });
    this.steps.set(elr, steps);
    this.done += 1;
    this.publish();
  }

  publish(): void {
    this.onProgress({
      steps: [...this.steps.values()].reduce((sum, value) => sum + value, 0),
      totalSteps: this.pending.reduce((sum, { steps }) => sum + steps, 0),
      runsDone: this.runs - this.pending.length + this.done,
      runs: this.runs,
    });
  }
}

/**
 * Trains every configuration that is not finished on disk, `workers` at a time, one process each, and answers which of
 * them failed. A failed run stops no other. Throws a UsageError where `directory` holds another sweep, and the signal's
 * reason where it is aborted.
 */
export async function runSweep(
  directory: string,
  configurations: readonly ElrConfiguration[],
  { workers, onProgress = () => {}, signal, ...checkpoints }: SweepOptions,
): Promise<readonly SweepFailure[]> {
  openSweep(directory, configurations);
  const pending = configurations.filter((configuration) => !isFinished(directory, configuration));
  const ledger = new Ledger(pending, configurations.length, onProgress);
  ledger.publish();
  const queue = [...pending];
  const started = new Set<ChildProcess>();

  const lane = async (): Promise<void> => {
    let worker: ChildProcess | undefined;
    for (let next = queue.shift(); next !== undefined && !signal?.aborted; next = queue.shift()) {
      const configuration = next;
      if (!isAlive(worker)) {
        worker = startWorker();
        started.add(worker);
      }
      const task = { configuration, directory: runDirectory(directory, configuration.elr), ...checkpoints };
      const reason = await workOff(worker, task, (steps) => ledger.report(configuration.elr, steps));
      if (!signal?.aborted) ledger.end(configuration, reason);
    }
    if (isAlive(worker)) worker.disconnect();
  };
  const stop = (): void => {
    for (const worker of started) worker.kill('SIGKILL');
  };
  signal?.addEventListener('abort', stop);
  await Promise.all(Array.from({ length: Math.min(workers, pending.length) }, lane));
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  return ledger.failures;
}
