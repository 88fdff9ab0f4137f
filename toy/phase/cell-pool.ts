/** Threads that evaluate cells of the toy: the caller's own, and others beside it. */
import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import { siblingModule } from '../../src/system/sibling-module.js';
import { type CellTask, evaluateTask, type PackedCells } from './cell-task.js';

export interface CellPool {
  /** Evaluates cells on whichever thread is free first; tasks begin in the order in which they come. */
  run(task: CellTask): Promise<PackedCells>;
  /** On the caller's thread, before what else waits for it: others may not have started yet. */
  runHere(task: CellTask): Promise<PackedCells>;
}

export interface CellPoolOptions {
  /** Default: all cores; 1: the caller's alone. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly task: CellTask;
  readonly resolve: (cells: PackedCells | Promise<PackedCells>) => void;
  readonly reject: (reason: unknown) => void;
}

/** Another thread has its next task when it ends one, since the caller's own thread may be busy then. */
const TASKS_PER_THREAD = 2;

/** Tasks that wait for a thread. */
class TaskQueue implements CellPool {
  private readonly waiting: Waiting[] = [];
  private readonly waitingHere: Waiting[] = [];
  private isOwnBusy = false;
  private away = 0;

  constructor(
    private readonly elsewhere: (task: CellTask) => Promise<PackedCells>,
    private readonly mostAway: number,
  ) {}

  run(task: CellTask): Promise<PackedCells> {
    return this.enqueue(this.waiting, task);
  }

  runHere(task: CellTask): Promise<PackedCells> {
    return this.enqueue(this.waitingHere, task);
  }

  private enqueue(queue: Waiting[], task: CellTask): Promise<PackedCells> {
    return new Promise((resolve, reject) => {
      queue.push({ task, resolve, reject });
      this.sendAway();
      if (!this.isOwnBusy) void this.work();
    });
  }

  /** Nothing that waits is begun. */
  stop(reason: unknown): void {
    for (const { reject } of [...this.waitingHere.splice(0), ...this.waiting.splice(0)]) reject(reason);
  }

  private sendAway(): void {
    while (this.away < this.mostAway && this.waiting.length > 0) {
      const { task, resolve } = this.waiting.shift()!;
      this.away += 1;
      const done = this.elsewhere(task).finally(() => {
        this.away -= 1;
        this.sendAway();
      });
      resolve(done);
    }
  }

  /** The caller's thread, which gives way to other work between tasks. */
  private async work(): Promise<void> {
    this.isOwnBusy = true;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.waitingHere.shift() ?? this.waiting.shift();
      if (next === undefined) break;
      try {
        next.resolve(evaluateTask(next.task));
      } catch (error) {
        next.reject(error);
      }
    }
    this.isOwnBusy = false;
  }
}

/**
 * Lends a pool to `use` and ends its threads afterwards; an aborted signal ends busy ones at once. What still waits then, as where a
 * task has failed, is not begun any more, and its promise is rejected.
 */
export async function withCellPool<T>(
  { threads = availableParallelism(), signal }: CellPoolOptions,
  use: (pool: CellPool) => Promise<T>,
): Promise<T> {
  const others = threads - 1;
  const pool =
    others > 0 &&
    new Tinypool({
      filename: siblingModule(import.meta.url, 'cell-worker'),
      minThreads: others,
      maxThreads: others,
      concurrentTasksPerWorker: TASKS_PER_THREAD,
    });
  const elsewhere = (task: CellTask): Promise<PackedCells> => (pool as Tinypool).run(task);
  const queue = new TaskQueue(elsewhere, others * TASKS_PER_THREAD);
  const stop = (): void => {
    queue.stop(signal?.reason);
    if (pool) void pool.destroy();
  };
  signal?.addEventListener('abort', stop);
  try {
    return await use(queue);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    queue.stop(new Error('the pool has ended'));
    if (pool) await pool.destroy();
  }
}
