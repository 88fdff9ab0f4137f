import { describe, expect, it } from 'vitest';
import { configuration } from '../../../bench/example-run.js';
import { SweepLedger, type SweepProgress } from '../../../deep/sweep/ledger.js';
import { stepCost } from '../../../deep/sweep/step-cost.js';
import { DEFAULT_TRAINING } from '../../../src/run/training-settings.js';
import { plannedRun } from '../../../src/sweep/plan.js';

const run = (width: number, batch: number, steps: number) =>
  plannedRun({ ...configuration, width, batch, steps }, { width, batch });

describe('the cost of a step', () => {
  const costly = { model: 'convnet', width: 8, batch: 64 };
  it('is as the images, and rises with the width as measured', () => {
    expect(stepCost({ ...costly, batch: 128 }) / stepCost(costly)).toBeCloseTo(2, 12);
    expect(stepCost({ ...costly, model: 'resnet18-affine' }) / stepCost(costly)).toBeCloseTo(2, 12);
    // 314 ms at width 32 for 49 ms at width 8: within a fifth.
    expect(stepCost({ ...costly, width: 32 }) / stepCost(costly) / (314 / 49)).toBeCloseTo(1, 0.7);
  });

  it('is that of all images where a step takes them all', () => {
    const full = { ...DEFAULT_TRAINING, fullBatch: true };
    const [small, large] = [16, 64].map((batch) => stepCost({ ...costly, batch, trainImages: 512, training: full }));
    expect(small).toBe(large);
    expect(small! / stepCost(costly)).toBeCloseTo(8, 12);
  });
});

describe('how far a sweep is', () => {
  it('is told in work: a step of twice the batch is twice as much', () => {
    const runs = [run(2, 8, 10), run(2, 16, 10)];
    let last: SweepProgress | undefined;
    const ledger = new SweepLedger(runs, 5, (progress) => {
      last = progress;
    });
    const share = () => last!.work / last!.totalWork;
    ledger.publish();
    expect(last).toMatchObject({ work: 0, runsDone: 3, runs: 5 });
    ledger.report(runs[0]!, 5, 0);
    expect(share()).toBeCloseTo(5 / 30, 12);
    ledger.end(runs[0]!, { failed: false });
    expect(share()).toBeCloseTo(10 / 30, 12);
    expect(last!.runsDone).toBe(4);
    // Of the second run an earlier process had taken four steps: they are neither done now nor left to do.
    ledger.report(runs[1]!, 7, 4);
    expect(share()).toBeCloseTo((10 + 2 * 3) / (10 + 2 * 6), 12);
    ledger.end(runs[1]!, { failed: true });
    expect(share()).toBe(1);
    expect(last!.runsDone).toBe(5);
  });
});
