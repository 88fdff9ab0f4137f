import { describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { mean, standardError } from '../../../src/numerics/means.js';
import { randomSource } from '../../../src/numerics/random.js';
import { gradientFall } from '../../../src/regime/gradient-fall.js';
import { columnsOf } from '../../../src/run/collect-steps.js';
import type { StepColumns } from '../../../src/run/step-columns.js';

interface Fall {
  readonly exponent: number;
  readonly steps?: number;
  /** Of log L and log g^2 in a step, each AR(1) with the correlation 0.9 of neighbours, independent of the other. */
  readonly noise?: number;
  readonly seed?: number;
}

/** L falls from 2 by a factor e^3; g^2 = 900 L^q but for the noise. */
function fallingRun({ exponent, steps = 600, noise = 0, seed = 1 }: Fall): StepColumns {
  const random = randomSource(seed, 14);
  let [ofLoss, ofSquare] = [noise * random.gaussian(), noise * random.gaussian()];
  const next = (value: number): number => 0.9 * value + noise * Math.sqrt(1 - 0.81) * random.gaussian();
  return columnsOf(
    Array.from({ length: steps }, (_, i) => {
      const log = Math.log(2) - (3 * i) / steps;
      [ofLoss, ofSquare] = [next(ofLoss), next(ofSquare)];
      return step(i, { loss: Math.exp(log + ofLoss), egn: 30 * Math.exp((exponent * log + ofSquare) / 2) });
    }),
  );
}

describe('the fall of gradients with the loss', () => {
  it.each([0, 0.6, 1, 1.5])('has the exponent of g^2 ~ L^q exactly where there is no scatter, q = %d', (exponent) => {
    const found = gradientFall(fallingRun({ exponent }))!;
    // Within a block the loss falls by 3 / 30 of a nat: means of powers are not powers of means, by 0.1^2 / 12 at the most.
    expect(Math.abs(found.value - exponent)).toBeLessThan(1e-3);
    expect(found.error).toBeLessThan(1e-3);
  });

  it('is not flattened by noise in the loss, and its error is what many runs scatter by', () => {
    const found = Array.from(
      { length: 200 },
      (_, seed) => gradientFall(fallingRun({ exponent: 1, noise: 0.4, seed }))!,
    );
    const values = found.map(({ value }) => value);
    // Four standard errors of the mean over 200 runs.
    expect(Math.abs(mean(values) - 1)).toBeLessThan(4 * standardError(values));
    const scatter = standardError(values) * Math.sqrt(values.length);
    const typical = Math.sqrt(mean(found.map(({ error }) => error ** 2)));
    // The scatter of 200 runs is known to 5%. 25 blocks tell their correlation to 0.2 only, which counts where it widens an error and
    // not where it would narrow it: errors are a quarter too large, never too small.
    expect(typical / scatter).toBeGreaterThan(0.9);
    expect(typical / scatter).toBeLessThan(1.4);
  });

  it('is unknown of short runs, and where a loss is not positive', () => {
    expect(gradientFall(fallingRun({ exponent: 1, steps: 118 }))).toBeNull();
    expect(gradientFall(fallingRun({ exponent: 1, steps: 119 }))).not.toBeNull();
    const flat = columnsOf(Array.from({ length: 200 }, (_, i) => step(i, { loss: 0 })));
    expect(gradientFall(flat)).toBeNull();
  });
});
