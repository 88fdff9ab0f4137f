import { expect, it } from 'vitest';
import { decaySteps, elrAtBatch, temperedCell } from '../../../src/experiments/temperature.js';
import type { LossLost } from '../../../src/run/annealing-record.js';

const lost = (loss: number): LossLost => ({
  loss: { value: loss, error: 0.1 },
  fall: 0,
  annealed: { value: 0.25, error: 0.01 },
  lost: { value: loss - 0.25, error: 0.1 },
  predicted: { value: 1, error: 0 },
  ratio: { value: loss, error: 0 },
});

it('ELRs are in proportion to the batch, as short as they are written', () => {
  expect(elrAtBatch(0.003, { from: 16, to: 64 })).toBe(0.012);
  // 0.1 x 3 is 0.30000000000000004 in double precision.
  expect(elrAtBatch(0.1, { from: 1, to: 3 })).toBe(0.3);
  expect(elrAtBatch(elrAtBatch(0.0007, { from: 16, to: 48 }), { from: 48, to: 16 })).toBe(0.0007);
});

it('decays have equal ELR x steps, and a step at least', () => {
  expect([5e-4, 1e-3, 1.6e-2, 0.9].map((elr) => decaySteps(1600, 5e-4, elr))).toEqual([1600, 800, 50, 1]);
});

it('a cell has the loss in common batches, the bottom as measured in them, and means over seeds', () => {
  const runs = [
    { lost: lost(2), ends: { lossRatio: 1.5, bottom: 0.3, signal: 0.1, noise: 10 } },
    { lost: lost(4), ends: { lossRatio: 0.5, bottom: 0.5, signal: 0.3, noise: 20 } },
  ];
  const cell = temperedCell({ of: 'network', batch: 16, elr: 1e-3 }, runs);
  // 2 x 1.5 and 4 x 0.5: half their difference is the error of their mean.
  expect(cell.loss).toMatchObject({ mean: 2.5, error: 0.5, runs: 2 });
  expect(cell.lost.loss.mean).toBe(3);
  expect(cell.bottom.mean).toBeCloseTo(0.4, 12);
  expect(cell.bottom.error).toBeCloseTo(0.1, 12);
  expect([cell.signal, cell.noise]).toEqual([0.2, 15]);
  expect(() => temperedCell({ of: 'toy', batch: 16, elr: 1 }, [])).toThrow();
});
