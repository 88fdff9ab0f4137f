import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { meanWithError } from '../../../src/numerics/statistics/mean-error.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { drawFactor } from '../../../toy/dynamics/multiplicative-noise.js';
import { simulateToy } from '../../../toy/dynamics/simulate.js';
import { evaluateCells } from '../../../toy/phase/cells.js';
import { type NoiseLaw, singleRunThresholdRatio } from '../../../toy/theory/multiplicative-noise.js';
import { multiplicativeNoiseShare, settledNoiseShare } from '../../../toy/theory/noise-share.js';

const LAWS: readonly (readonly [NoiseLaw, number])[] = [
  ['bernoulli', 1],
  ['bernoulli', 2.5],
  ['exponential', 2],
  ['lognormal', 1],
  ['lognormal', 1.5],
];

describe('factors of multiplicative noise (T10)', () => {
  it.each(LAWS)('have mean 1 and the second moment asked for, and are not negative: %s, %d', (law, moment) => {
    const random = randomSource(7);
    const factors = Array.from({ length: 200_000 }, () => drawFactor(law, moment, random));
    const first = meanWithError(factors);
    const second = meanWithError(factors.map((s) => s * s));
    expect(Math.abs(first.mean - 1)).toBeLessThan(4.5 * first.error + 1e-12);
    expect(Math.abs(second.mean - moment)).toBeLessThan(4.5 * second.error + 1e-12);
    expect(factors.every((s) => s >= 0)).toBe(true);
  });
});

describe('the toy with multiplicative noise', () => {
  it('of the Bernoulli law is that of a probability, to the last bit', () => {
    const options = { steps: 500, seed: 5 };
    const law = simulateToy([1, 2], 0.1, { ...options, noiseLaw: 'bernoulli', secondMoment: 4 });
    const sampled = simulateToy([1, 2], 0.1, { ...options, probability: 0.25 });
    expect(law.trajectory).toEqual(sampled.trajectory);
  });

  it('has R = k E[s^2] along converging runs, also beyond the mean-square threshold', () => {
    for (const [law, moment, k] of [
      ['bernoulli', 2, 0.3],
      ['exponential', 2, 0.4],
      ['exponential', 2, 0.9],
      ['lognormal', 1.5, 0.5],
    ] as const) {
      const run = simulateToy([1], k, { steps: 1200, seed: 11, noiseLaw: law, secondMoment: moment });
      expect(run.decision.regime).toBe('convergence');
      const { value, error } = run.noiseShare;
      expect(error).toBeLessThan(0.2);
      expect(Math.abs(value - multiplicativeNoiseShare([1], k, moment))).toBeLessThan(4.5 * error);
    }
  });

  it('converges in single runs up to E log|1 - 2ks| = 0 and not beyond', () => {
    const single = singleRunThresholdRatio('exponential', 2);
    const cells = [0.8, 1.4].map((factor) => ({ alpha: [1], elr: factor * single, secondMoment: 2 }));
    for (const seed of [1, 2, 3]) {
      const [below, above] = evaluateCells(cells, { steps: 4000, seed, noiseLaw: 'exponential' });
      expect(below!.regime).toBe('convergence');
      expect(above!.regime).not.toBe('convergence');
      expect(above!.relativeLoss).toBeGreaterThan(1e-2);
    }
  });

  it('with additive noise as well has both: no convergence, and the loss of the two together', () => {
    const [k, sigma, moment] = [0.3, 0.02, 1.5];
    const run = simulateToy([1], k, {
      ...{ steps: 40_000, seed: 3, noise: sigma },
      ...{ noiseLaw: 'lognormal', secondMoment: moment },
    });
    expect(run.decision.regime).toBe('chaotic equilibrium');
    // theta' = theta - 2ks (theta + eps): E theta^2 (4k - 4k^2 m) = 4 k^2 m sigma^2, by hand.
    const floor = (k * moment * sigma * sigma) / (1 - k * moment);
    const mean = run.trajectory.loss.slice(1000).reduce((a, b) => a + b, 0) / (40_000 - 1000);
    expect(Math.abs(mean / floor - 1)).toBeLessThan(0.05);
    expect(Math.abs(run.noiseShare.value - 1)).toBeLessThan(4.5 * run.noiseShare.error + 0.01);
  });

  it('is refused without a law, with one that has another second moment, or for samples seen with a probability', () => {
    expect(() => simulateToy([1], 0.1, { steps: 1, secondMoment: 2 })).toThrow(UsageError);
    expect(() => simulateToy([1], 0.1, { steps: 1, noiseLaw: 'exponential', secondMoment: 3 })).toThrow(UsageError);
    const batches = { samples: 4, batchSize: 1, sampling: 'with' } as const;
    expect(() => simulateToy([1], 0.1, { steps: 1, probability: 0.5, batches })).toThrow(UsageError);
  });
});

describe('R of runs with additive noise (T11, T14)', () => {
  it('is 1 to leading order for several groups at random alphas, at any k below 1', () => {
    const random = randomSource(23);
    for (const groups of [2, 3, 4]) {
      const alpha = Array.from({ length: groups }, () => 0.3 + 3 * random.uniform());
      const k = 0.2 + 0.6 * random.uniform();
      const elr = k / alpha.reduce((sum, value) => sum + value, 0);
      // From the shares alpha_i / S, to which runs drift only slowly: by the square of a small step.
      const start = { x: alpha.map(() => 0.001), y: alpha.map(Math.sqrt) };
      const { value, error } = simulateToy(alpha, elr, { steps: 12_000, noise: 0.02, start }).noiseShare;
      expect(error).toBeLessThan(0.05);
      // The next order is (sigma / (1 - k))^2 or so, below 1%.
      expect(Math.abs(value - 1)).toBeLessThan(4.5 * error + 0.01);
    }
  });
});

describe('R of cells (T14)', () => {
  it('is k below the threshold and (k + 1)/2 on the orbit', () => {
    const cells = [0.3, 0.8, 1.2, 3].map((elr) => ({ alpha: [1], elr }));
    const results = evaluateCells(cells, { steps: 3000 });
    results.forEach(({ noiseShare }, i) => {
      // Near the minimum R is k (1 - F), with F below 1e-3 of that of a random point, for most steps far below.
      if (noiseShare !== null)
        expect(Math.abs(noiseShare / settledNoiseShare([1], cells[i]!.elr) - 1)).toBeLessThan(1e-3);
    });
    expect(results.filter(({ noiseShare }) => noiseShare !== null).length).toBeGreaterThanOrEqual(2);
  });
});
