import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../src/system/sibling-module.js';
import type { RunSnapshot, SweepSnapshot } from './sweep-snapshot.js';
import type { SweepMessage, SweepQuestion, SweepWorkerData } from './sweep-worker.js';

export interface SweepClientOptions extends SweepWorkerData {
  onSweep(sweep: SweepSnapshot): void;
  /** Why nothing can be read, in a line; it is tried again. */
  onProblem(message: string): void;
  /** The thread has ended by an error. */
  onError(error: Error): void;
}

/** Follows a sweep on disk on a thread of its own. */
export class SweepClient {
  private readonly worker: Worker;
  private runs = new Map<string, RunSnapshot>();

  constructor({ onSweep, onProblem, onError, ...data }: SweepClientOptions) {
    this.worker = new Worker(siblingModule(import.meta.url, 'sweep-worker'), { workerData: data });
    this.worker.on('error', onError);
    this.worker.on('message', (message: SweepMessage) => {
      if (message.kind === 'problem') onProblem(message.message);
      else onSweep(this.complete(message));
    });
  }

  private complete({ kind: _, runs, ...sweep }: Extract<SweepMessage, { kind: 'sweep' }>): SweepSnapshot {
    for (const run of runs) if (typeof run !== 'string') this.runs.set(run.folder, run);
    return { ...sweep, runs: runs.map((run) => (typeof run === 'string' ? this.runs.get(run)! : run)) };
  }

  /** Shows another setting of the sweep, at once. */
  choose(setting: number): void {
    this.worker.postMessage({ setting } satisfies SweepQuestion);
  }

  close = async (): Promise<void> => {
    await this.worker.terminate();
  };
}
