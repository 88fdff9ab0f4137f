import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import type { MeasuredRun } from '../../../src/regime/analyse.js';
import { measureRun } from '../../../src/regime/analyse.js';
import { identityPredictions } from '../../../src/verify/identity-rows.js';
import { equilibriumRun } from './toy-sweep.js';

const measured = measureRun(equilibriumRun(2));
const run = (elr: number, more: Partial<MeasuredRun>): MeasuredRun => ({ ...measured, elr, ...more });
const row = (...runs: MeasuredRun[]) => identityPredictions(runs).find(({ name }) => name.startsWith('gradient orth'))!;

describe('the row of orthogonal gradients', () => {
  it('judges a cosine at the norm that its group began with', () => {
    // As at ELR 0.016 of the main job, seed 1: the cosine is 0.00104 where a group keeps 3% of its squared norm.
    const found = row(
      run(1e-3, { radial: 2e-5, radialAtStart: 2e-5 }),
      run(0.016, { radial: 1.04e-3, radialAtStart: 1.4e-4 }),
    );
    expect(found).toMatchObject({ measured: 1.4e-4, holds: true });
    expect(found.note).toContain('largest at ELR 0.016; the cosine itself reaches 0.001');
  });

  it('does not judge runs that diverge, and says what their cosine is', () => {
    const diverged = run(1, { regime: 'divergence', radial: 0.757, radialAtStart: 1.6e-3 });
    expect(row(run(1e-3, { radial: 2e-5, radialAtStart: 2e-5 }), diverged)).toMatchObject({
      measured: 2e-5,
      holds: true,
    });
    expect(row(run(1e-3, { radial: 2e-5, radialAtStart: 2e-5 }), diverged).note).toContain(
      'not judged: 0.76 in runs that diverge',
    );
    expect(row(diverged)).toMatchObject({ holds: null, note: expect.stringContaining('every run diverges') });
  });

  it('fails where a gradient has a radial part that epsilon does not explain', () => {
    const found = row(run(1e-3, { radial: 0.01, radialAtStart: 0.01 }));
    expect(found).toMatchObject({ holds: false, error: 0.01 });
  });
});

describe('the radial part of a gradient through a normalisation', () => {
  // One kernel of two weights over a batch, normalised with epsilon, then a loss that is no function of its scale alone.
  const random = randomSource(1, 2);
  const images = Array.from({ length: 50 }, () => [random.uniform() - 0.5, 2 * random.uniform()] as const);
  const targets = images.map(() => random.uniform());
  const EPSILON = 1e-5;

  function outputs(weights: readonly number[], scale: number) {
    const sums = images.map((image) => scale * (image[0] * weights[0]! + image[1] * weights[1]!));
    const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
    const variance = sums.reduce((a, b) => a + (b - mean) ** 2, 0) / sums.length;
    return { values: sums.map((sum) => (sum - mean) / Math.sqrt(variance + EPSILON)), variance };
  }
  const loss = (values: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + (Math.tanh(value) - targets[i]!) ** 2, 0) / values.length;

  it.each([1, 0.1, 0.01, 0.001])(
    'is epsilon / (variance + epsilon) of what it would be without, at scale %s',
    (scale) => {
      const weights = [1, -0.7];
      const step = 1e-4;
      const at = (factor: number): number => loss(outputs(weights, scale * factor).values);
      const radial = (at(1 + step) - at(1 - step)) / (2 * step);
      // What scaling the outputs themselves would change: the radial part where there is no normalisation after the sums.
      const { values, variance } = outputs(weights, scale);
      const scaled = (factor: number): number => loss(values.map((value) => factor * value));
      const free = (scaled(1 + step) - scaled(1 - step)) / (2 * step);
      // Central differences are off by step^2 in relative size, and by rounding, 1e-16 / step, in absolute size.
      expect(Math.abs(radial - (free * EPSILON) / (variance + EPSILON))).toBeLessThan(1e-7 * Math.abs(free) + 1e-11);
    },
  );
});
