import { describe, expect, it } from 'vitest';
import { epochEnds, stepsPerEpoch } from '../../../src/run/epoch.js';
import { defaultMeasuring } from '../../../src/run/measuring-cost.js';
import { isMeasured } from '../../../src/run/observation-settings.js';

describe('how often a run measures if nobody says', () => {
  // 2,000 training images and 500 for testing: a measurement is 4.2 x 2000 + 2 x 500 = 9400 forward passes, an epoch 6400.
  const run = (epochs: number) => ({ steps: 16 * epochs, batch: 128, trainImages: 2000, testImages: 500 });

  it.each([
    // A tenth of the run buys that many measurements.
    [1, 0.07, { start: true, every: null }],
    [14, 0.95, { start: true, every: null }],
    [15, 1.02, { start: true, every: null }],
    [20, 1.36, { start: true, every: null }],
    [29, 1.97, { start: true, every: null }],
    [30, 2.04, { start: true, every: null }],
    [44, 2.99, { start: true, every: null }],
    [45, 3.06, { start: true, every: 16 * 23 }],
    [200, 13.6, { start: true, every: 16 * 17 }],
  ])('%d epochs', (epochs, affordable, expected) => {
    expect((0.1 * 6400 * epochs) / 9400).toBeCloseTo(affordable, 1);
    expect(defaultMeasuring(run(epochs))).toEqual(expected);
  });

  it('costs at most a tenth, where the start and the end alone do not cost more', () => {
    for (let epochs = 30; epochs < 400; epochs += 7) {
      const setting = run(epochs);
      const when = defaultMeasuring(setting);
      let measurements = 0;
      for (let step = 0; step <= setting.steps; step += 1) if (isMeasured(when, step, setting.steps)) measurements += 1;
      expect(measurements * 9400).toBeLessThanOrEqual(0.1 * 6400 * epochs);
    }
  });

  it('is less often with an average: 6.2 x 2000 + 3 x 500 forward passes', () => {
    // 0.1 x 6400 / 13,900: three measurements need 65.1 epochs.
    expect(defaultMeasuring({ ...run(66), average: true })).toEqual({ start: true, every: 16 * 33 });
    expect(defaultMeasuring({ ...run(65), average: true })).toEqual({ start: true, every: null });
  });

  it('counts the passes of whole-set steps', () => {
    expect(defaultMeasuring({ ...run(1), steps: 45, fullBatch: true })).toEqual({ start: true, every: 23 });
  });

  it('is at the start and the end of the shortest run', () => {
    expect(defaultMeasuring({ steps: 1, batch: 1, trainImages: 1, testImages: 1 })).toEqual({
      start: true,
      every: null,
    });
  });
});

describe('measurements', () => {
  it('come at their steps, and once at the end', () => {
    const steps = (start: boolean, every: number | null) =>
      [0, 1, 2, 3, 4, 5, 6, 7].filter((step) => isMeasured({ start, every }, step, 7));
    expect(steps(true, 3)).toEqual([0, 3, 6, 7]);
    expect(steps(false, 3)).toEqual([3, 6, 7]);
    expect(steps(true, 7)).toEqual([0, 7]);
    expect(steps(true, 100)).toEqual([0, 7]);
    expect(steps(true, null)).toEqual([0, 7]);
    expect(steps(false, null)).toEqual([7]);
  });
});

describe('epochs', () => {
  it('have as many steps as batches', () => {
    expect(stepsPerEpoch({ batch: 128 }, 2000)).toBe(16);
    expect(stepsPerEpoch({ batch: 128, fullBatch: true }, 2000)).toBe(1);
    expect(stepsPerEpoch({ batch: 5 }, 5)).toBe(1);
  });

  it('end as counted on fingers', () => {
    const counted = (from: number, step: number, every: number): number =>
      Array.from({ length: step }, (_, i) => i + 1).filter((each) => each >= from && each % every === 0).length;
    for (const every of [1, 3, 5]) {
      for (let from = 0; from < 13; from += 1) {
        for (let step = 0; step < 20; step += 1) {
          expect(epochEnds(from, step, every), `${from} ${step} ${every}`).toBe(counted(from, step, every));
        }
      }
    }
  });
});
