/** Threads that evaluate cells of the toy. */
import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import { siblingModule } from '../../src/system/sibling-module.js';
import { type CellTask, evaluateTask, type PackedCells, unpackCells } from './cell-task.js';
import type { Cell } from './cells.js';

export interface CellPool {
  readonly threads: number;
  /** Evaluates cells on one thread. */
  run(task: CellTask): Promise<Cell[]>;
}

export interface CellPoolOptions {
  /** Default: all cores; 1: no thread of its own. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** The calling thread as a pool of its own; gives way to other work between tasks. */
const ownThread: CellPool = {
  threads: 1,
  run: async (task) => {
    await new Promise((resolve) => setImmediate(resolve));
    return evaluateTask(task);
  },
};

/** Lends a pool to `use` and ends its threads afterwards; an aborted signal ends busy ones at once. */
export async function withCellPool<T>(
  { threads = availableParallelism(), signal }: CellPoolOptions,
  use: (pool: CellPool) => Promise<T>,
): Promise<T> {
  if (threads === 1) return use(ownThread);
  const pool = new Tinypool({
    filename: siblingModule(import.meta.url, 'cell-worker'),
    minThreads: threads,
    maxThreads: threads,
  });
  const stop = (): void => void pool.destroy();
  signal?.addEventListener('abort', stop);
  try {
    return await use({ threads, run: async (task) => unpackCells((await pool.run(task)) as PackedCells) });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.destroy();
  }
}
