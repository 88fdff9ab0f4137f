import { describe, expect, it } from 'vitest';
import { type RandomSource, randomSource } from '../../../src/numerics/random.js';
import { meanWithError } from '../../../src/numerics/statistics/mean-error.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { type NoiseLaw, singleRunGrowth, singleRunThresholdRatio } from '../../../toy/theory/multiplicative-noise.js';
import { noiseThresholdRatio } from '../../../toy/theory/noise.js';

/** Draws by another route than the product's: inverse transform, Box-Muller by hand. */
function draw(law: NoiseLaw, m: number, random: RandomSource): number {
  if (law === 'exponential') return -Math.log(1 - random.uniform());
  if (law === 'bernoulli') return random.uniform() < 1 / m ? m : 0;
  return Math.exp(Math.sqrt(Math.log(m)) * random.gaussian() - Math.log(m) / 2);
}

const CASES: readonly (readonly [NoiseLaw, number])[] = [
  ['bernoulli', 1.3],
  ['bernoulli', 4],
  ['exponential', 2],
  ['lognormal', 1.05],
  ['lognormal', 2],
  ['lognormal', Math.exp(2.25)],
];

describe('single runs with multiplicative noise (T10)', () => {
  it.each(CASES)('grow by E log|1 - 2ks| a step: %s, E s^2 = %d, against draws', (law, m) => {
    const random = randomSource(3);
    for (const k of [0.03, 0.2, 0.45, 0.9, 1.5, 20]) {
      const { mean, error } = meanWithError(
        Array.from({ length: 60_000 }, () => Math.log(Math.abs(1 - 2 * k * draw(law, m, random)))),
      );
      expect(Math.abs(singleRunGrowth(k, law, m) - mean)).toBeLessThan(4.5 * error + 1e-12);
    }
  });

  it('have their threshold at 1.342 for exponential noise, 1 / (2 log mu) with the constant of Ramanujan and Soldner', () => {
    const mu = 1.451369234883381;
    expect(Math.abs(singleRunThresholdRatio('exponential', 2) * 2 * Math.log(mu) - 1)).toBeLessThan(1e-12);
    expect(2 * singleRunThresholdRatio('exponential', 2)).toBeCloseTo(2.68, 2);
  });

  it('have it above the mean-square threshold, for Bernoulli noise and no noise at it', () => {
    for (const [law, m] of CASES) {
      const [single, square] = [singleRunThresholdRatio(law, m), noiseThresholdRatio(m)];
      if (law === 'bernoulli') expect(single).toBe(square);
      else expect(single).toBeGreaterThan(square * (1 + (m - 1) / 10));
      expect(singleRunGrowth(0.99 * single, law, m)).toBeLessThan(0);
      expect(singleRunGrowth(1.01 * single, law, m)).toBeGreaterThan(0);
    }
    expect(singleRunThresholdRatio('lognormal', 1)).toBe(1);
    // The number of the design: R = 19 at a deviation of 1.5.
    expect(singleRunThresholdRatio('lognormal', Math.exp(2.25)) * Math.exp(2.25)).toBeCloseTo(18.7, 1);
  });

  it.each([
    ['exponential', 2],
    ['lognormal', 3],
  ] as const)('between both thresholds converge while the mean square over runs grows: %s noise', (law, m) => {
    const random = randomSource(4);
    const [square, single] = [noiseThresholdRatio(m), singleRunThresholdRatio(law, m)];
    // Largest angle of the last half: above the threshold runs come near the minimum now and then, and leave it again.
    const largestAngles = (k: number): number[] =>
      Array.from({ length: 20 }, () => {
        let [angle, largest] = [0.5, 0];
        for (let t = 0; t < 3000; t += 1) {
          angle -= Math.atan(k * draw(law, m, random) * Math.sin(2 * angle));
          if (t >= 1500) largest = Math.max(largest, Math.abs(angle));
        }
        return largest;
      });
    // A third of the way up, every run converges: R > 1 does not keep it from that.
    const between = square + (single - square) / 3;
    expect(Math.max(...largestAngles(between))).toBeLessThan(1e-6);
    expect(between * m).toBeGreaterThan(1.2);
    const factors = Array.from({ length: 40_000 }, () => (1 - 2 * between * draw(law, m, random)) ** 2);
    const { mean, error } = meanWithError(factors);
    expect(mean).toBeGreaterThan(1 + 3 * error);
    // Above both none does.
    expect(Math.min(...largestAngles(1.5 * single))).toBeGreaterThan(0.1);
  });

  it('rejects bad input', () => {
    expect(() => singleRunGrowth(0, 'bernoulli', 2)).toThrow(UsageError);
    expect(() => singleRunGrowth(1, 'lognormal', 0.9)).toThrow(UsageError);
    expect(() => singleRunThresholdRatio('exponential', 3)).toThrow(
      'the second moment of exponential noise is 2, not 3',
    );
  });
});
