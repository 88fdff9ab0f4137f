import { describe, expect, it } from 'vitest';
import {
  type BatchReading,
  batchReading,
  batchTransferRows,
  readingRun,
} from '../../../src/experiments/batch-transfer.js';
import type { MeasuredRun } from '../../../src/regime/analyse.js';
import { noiseShareAtBatchSize } from '../../../toy/theory/batch-size.js';

const run = (elr: number, value: number, regime: MeasuredRun['regime'] = 'convergence') =>
  ({ elr, regime, noiseShare: { value, error: 0.01 }, gradientFall: { value: 1, error: 0.05 } }) as MeasuredRun;
const estimate = (mean: number, error: number) => ({ mean, error });
const balance = (slope: number) => ({
  points: [
    {
      ...{ step: 1, loss: estimate(1, 0), curvature: estimate(1, 0) },
      ...{ squaredEgn: estimate(10, 0.1), slope: estimate(slope, 0.1) },
    },
  ],
});

describe('other batch sizes from one run', () => {
  it('are read from the converged run of largest ELR that noise limits, at the smallest batch that has one', () => {
    const sweeps = [
      { batch: 16, runs: [run(1, 0.5)] },
      { batch: 4, runs: [run(1, 0.1), run(2, 0.4), run(4, 0.6, 'chaotic equilibrium')] },
      { batch: 2, runs: [run(1, 0.2)] },
    ];
    expect(readingRun(sweeps)).toMatchObject({ batch: 4, run: { elr: 2 } });
    expect(readingRun(sweeps.slice(2))).toBeUndefined();
  });

  it('have R and threshold of the toy with multiplicative noise, R = k (1 + v / B): by hand', () => {
    // k = 0.1 and v = 28 at batch 4: R = 0.8, signal share 1/8. At batch 28 R = 0.2, so that R = 1 at 5 times the ELR.
    const reading = batchReading(4, run(0.01, 0.8), balance(1.25));
    expect(reading.signal.value).toBeCloseTo(0.125, 12);
    expect(reading.proportional).toBe(true);
    const other = (share: number, centre: number) => ({
      ...{ batch: 28, share: { value: share, error: 0.002 } },
      convergence: { below: centre / 1.3, above: centre * 1.3 },
    });
    const rows = batchTransferRows(reading, [other(0.2, 0.05)], noiseShareAtBatchSize);
    expect(rows.map(({ predicted }) => predicted as number)).toEqual([
      expect.closeTo(0.2, 10),
      expect.closeTo(0.05, 10),
    ]);
    expect(rows.map(({ holds }) => holds)).toEqual([true, true]);
    const wrong = batchTransferRows(reading, [other(0.4, 0.2)], noiseShareAtBatchSize);
    expect(wrong.map(({ holds }) => holds)).toEqual([false, false]);
  });

  it('have no threshold where noise is not in proportion to the loss, and nothing without a run', () => {
    const reading: BatchReading = { ...batchReading(4, run(0.01, 0.8), balance(1.25)), proportional: false };
    const other = { batch: 8, share: undefined, convergence: { below: 1, above: 2 } };
    const rows = batchTransferRows(reading, [other], noiseShareAtBatchSize);
    expect(rows.map(({ holds, note }) => [holds, note])).toEqual([
      [null, 'no run at this ELR'],
      [null, expect.stringMatching(/do not fall in proportion/)],
    ]);
    expect(batchTransferRows(undefined, [other], noiseShareAtBatchSize)).toMatchObject([{ holds: null }]);
  });
});
