import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withCellPool } from '../../../toy/phase/cell-pool.js';
import type { CellTask, PackedCells } from '../../../toy/phase/cell-task.js';
import { cellsPerTask } from '../../../toy/phase/phase-diagram.js';

const task = (steps: number): CellTask => ({
  base: { alpha: [1, 1] },
  names: ['elr', 'alpha2'],
  x: Float64Array.of(0.1, 0.2),
  y: Float64Array.of(1, 2),
  options: { steps },
});
/** Weight decay takes away the whole norm. */
const refused: CellTask = { ...task(10), base: { alpha: [1, 1], learningRate: 2 }, names: ['weight-decay', 'alpha2'] };

describe('a pool of threads', () => {
  it.each([1, 2])('begins nothing any more where a task has failed, %d threads', async (threads) => {
    const outcomes: string[] = [];
    const followed = (result: Promise<PackedCells>): void => {
      result.then(
        () => outcomes.push('done'),
        (error: Error) => outcomes.push(error.message),
      );
    };
    const failing = withCellPool({ threads }, async (pool) => {
      const first = pool.runHere({ ...refused, x: Float64Array.of(0.5, 0.6) });
      for (let i = 0; i < 3; i += 1) followed(pool.runHere(task(10)));
      await first;
    });
    await expect(failing).rejects.toThrow(/allowed: their product below 1/);
    // What was begun by mistake would be done by then.
    await setTimeout(50);
    expect(outcomes).toEqual(['the pool has ended', 'the pool has ended', 'the pool has ended']);
  });
});

describe('a task of a thread', () => {
  it('is short enough to hear an interruption, and has enough cells where runs are short', () => {
    expect([1, 1000, 2000, 8000, 20_000, 62_500].map(cellsPerTask)).toEqual([256, 256, 128, 32, 32, 32]);
    // 2e6 steps of a cell take 20 to 40 ms.
    for (const steps of [70_000, 3e5, 1e6]) expect(cellsPerTask(steps) * steps).toBeLessThanOrEqual(2e6);
    expect(cellsPerTask(1e9)).toBe(2);
  });
});
