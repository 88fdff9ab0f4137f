import { describe, expect, it } from 'vitest';
import { type MeasuredRun, measureRun } from '../../../src/regime/analyse.js';
import { ratioFromNoise } from '../../../src/regime/noise-ratio.js';
import { elrKey } from '../../../tui/figure/elr-key.js';
import { placedRuns } from '../../../tui/figure/placed-runs.js';
import { convergingRun, equilibriumRun } from '../../src/verify/toy-sweep.js';

interface Seen {
  readonly share: number;
  readonly exponent?: number;
  readonly error?: number;
  readonly run?: MeasuredRun;
}

/** A run with this noise share whose gradients fall with this power of the loss. */
const seen = ({ share, exponent = 1, error = 0.02, run = measureRun(convergingRun(0.9)) }: Seen): MeasuredRun => ({
  ...run,
  noiseShare: { value: share, error: 0.01 },
  gradientFall: run.regime === 'convergence' ? { value: exponent, error } : null,
});

describe('k of a run from its noise share', () => {
  it('is R of a converging run that noise in proportion to its loss limits (T10)', () => {
    expect(ratioFromNoise(seen({ share: 0.6 }))).toBe(0.6);
    expect(ratioFromNoise(seen({ share: 0.3, exponent: 1.09 }))).toBe(0.3);
    // By two of its errors.
    expect(ratioFromNoise(seen({ share: 0.6, exponent: 1.3, error: 0.16 }))).toBe(0.6);
  });

  it.each<[string, Seen]>([
    ['whose gradients fall more slowly', { share: 0.6, exponent: 0.6 }],
    ['that noise does not limit: slow modes have R below k', { share: 0.1 }],
    ['above the threshold', { share: 1 }],
    ['in equilibrium: a floor of noise has R = 1 at every k', { share: 0.9, run: measureRun(equilibriumRun(1.5)) }],
    ['in divergence', { share: 90, run: measureRun(equilibriumRun(10)) }],
  ])('is not known of a run %s', (_, given) => {
    expect(ratioFromNoise(seen(given))).toBeUndefined();
  });
});

describe('runs on the phase diagram of the toy', () => {
  it('are at k / S, and those without a place are counted', () => {
    const run = seen({ share: 0.7 });
    expect(placedRuns([run, seen({ share: 0.1 })], [1, 2, 4])).toEqual({
      runs: [{ toyElr: expect.closeTo(0.1, 12), regime: 'convergence', key: elrKey(run.elr) }],
      notes: ['1 of 2 runs have no place: their noise share R determines no k'],
    });
    expect(placedRuns([run], [1, 2, 4]).notes).toEqual([]);
  });
});
