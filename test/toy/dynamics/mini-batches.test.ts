import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { createEnsemble, evaluateGradient } from '../../../toy/dynamics/ensemble.js';
import { checkBatches, drawBatches, drawSamples } from '../../../toy/dynamics/mini-batches.js';
import { simulateToy } from '../../../toy/dynamics/simulate.js';
import { sumOfRatios } from '../../../toy/function/toy-function.js';
import { evaluateCells } from '../../../toy/phase/cells.js';
import { phaseNoiseFloor } from '../../../toy/theory/noise.js';
import { epochNoiseShare } from '../../../toy/theory/replacement.js';

const NOISE = { law: 'lognormal', secondMoment: 1.3 } as const;

describe('a finite set of samples (T14)', () => {
  it('has the gradients of its own losses, alpha s sin^2(theta + eps), and the toy as their mean', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 3 }), (seed, groups) => {
        const random = randomSource(seed);
        const alpha = Array.from({ length: groups }, () => 0.2 + random.uniform());
        const fn = sumOfRatios(alpha);
        const start = Float64Array.from({ length: 2 * groups }, () => random.gaussian());
        const [samples, deviation] = [7, 0.4];
        const options = { noise: deviation, ...NOISE };
        const set = drawSamples(samples, groups, { deviation, ...NOISE }, randomSource(seed, 9));
        // Without replacement and one at a time: all samples, each once.
        const ensemble = createEnsemble(fn, start.slice());
        const batches = { samples, batchSize: 1, sampling: 'without' } as const;
        const sample = drawBatches(ensemble, { batches, ...options, random: randomSource(seed, 9) });
        const seen: Float64Array[] = [];
        for (let j = 0; j < samples; j += 1) {
          evaluateGradient(ensemble);
          sample(ensemble);
          seen.push(ensemble.update.slice());
        }
        evaluateGradient(ensemble);
        const full = ensemble.update;
        full.forEach((value, i) => {
          const mean = seen.reduce((sum, gradient) => sum + gradient[i]!, 0) / samples;
          expect(Math.abs(mean - value)).toBeLessThan(1e-12 * (1 + Math.abs(value)) * 100);
        });
        // By differences of a loss written in angles: each gradient seen is that of one sample.
        const lossOf = (j: number, p: Float64Array): number =>
          alpha.reduce((sum, value, i) => {
            const angle = Math.atan2(p[2 * i]!, p[2 * i + 1]!);
            const [a, b] = [set.aligned[j * groups + i]!, set.turned[j * groups + i]!];
            return sum + (value * (b * Math.sin(2 * angle) - a * Math.cos(2 * angle))) / 2;
          }, 0);
        const slopes = Array.from({ length: samples }, (_, j) =>
          start.map((_, i) => {
            const moved = (by: number) => start.map((value, l) => (l === i ? value + by : value));
            return (lossOf(j, moved(1e-6)) - lossOf(j, moved(-1e-6))) / 2e-6;
          }),
        );
        const size = Math.max(1, ...full.map(Math.abs));
        for (const gradient of seen) {
          const distances = slopes.map((slope) => Math.max(...slope.map((value, i) => Math.abs(value - gradient[i]!))));
          expect(Math.min(...distances)).toBeLessThan(1e-7 * size * size * 100);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('draws every sample once an epoch without replacement, and independently with it', () => {
    const fn = sumOfRatios([1]);
    const countsOf = (sampling: 'with' | 'without', batchSize: number): number[] => {
      const ensemble = createEnsemble(fn, Float64Array.of(0.3, 0.9));
      const batches = { samples: 12, batchSize, sampling };
      const options = { batches, noise: 0, law: 'exponential', secondMoment: 2 } as const;
      const sample = drawBatches(ensemble, { ...options, random: randomSource(3) });
      const sums = new Map<number, number>();
      for (let step = 0; step < 12 / batchSize; step += 1) {
        evaluateGradient(ensemble);
        sample(ensemble);
        sums.set(ensemble.update[0]!, 1);
      }
      return [...sums.keys()];
    };
    expect(countsOf('without', 1)).toHaveLength(12);
    expect(countsOf('with', 1).length).toBeLessThan(12);
    // The batch of all samples is the toy itself.
    const ensemble = createEnsemble(fn, Float64Array.of(0.3, 0.9));
    evaluateGradient(ensemble);
    expect(countsOf('without', 12)[0]).toBeCloseTo(ensemble.update[0]!, 12);
  });

  it('that can be fitted converges up to k = 1 / (1 + var(a) / B), one that cannot has a floor: R is 1 there', () => {
    const options = { steps: 30_000, seed: 2 };
    const fits = { ...options, noiseLaw: 'lognormal', secondMoment: 2 } as const;
    const batches = { samples: 64, batchSize: 4, sampling: 'with' } as const;
    const converging = simulateToy([1], 0.6, { ...fits, steps: 3000, batches });
    expect(converging.decision.regime).toBe('convergence');
    expect(converging.loss.mean).toBeLessThan(1e-12);
    // R = k (1 + var / B), with the variance of this set: by its own draws.
    const { aligned } = drawSamples(64, 1, { deviation: 0, law: 'lognormal', secondMoment: 2 }, randomSource(2, 1));
    const variance = aligned.reduce((sum, value) => sum + (value - 1) ** 2, 0) / 64;
    const share = 0.6 * (1 + variance / 4);
    const { value, error } = simulateToy([1], 0.6, { ...fits, steps: 3000, batches }).noiseShare;
    expect(Math.abs(value - share)).toBeLessThan(4.5 * error);
    expect(error).toBeLessThan(0.1);
    const stuck = simulateToy([1], 0.3, { ...options, noise: 0.05, batches });
    expect(stuck.decision.regime).toBe('chaotic equilibrium');
    // As T11 with a variance sigma^2 / B, but for the draw of this set: 64 squares, a fifth or so.
    expect(Math.abs(stuck.loss.mean / phaseNoiseFloor([1], 0.3, 0.025) - 1)).toBeLessThan(0.5);
    expect(Math.abs(stuck.noiseShare.value - 1)).toBeLessThan(4.5 * stuck.noiseShare.error + 0.01);
    expect(stuck.noiseShare.error).toBeLessThan(0.03);
  });

  it('in epochs without replacement has the R of one mode of curvature 2, far from 1', () => {
    for (const [k, samples] of [
      [0.005, 40],
      [0.05, 40],
    ] as const) {
      const batches = { samples, batchSize: 1, sampling: 'without' } as const;
      const steps = 50_000;
      const { noiseShare } = simulateToy([1], k, {
        steps,
        seed: 4,
        noise: 0.02,
        batches,
        start: { x: [0.001], y: [1] },
      });
      // F = theta^2 about the minimum: elr h = 2k. The noise turns the curvature too, by sigma of itself.
      const truth = epochNoiseShare(2 * k, samples);
      expect(noiseShare.error).toBeLessThan(0.12 * truth);
      expect(Math.abs(noiseShare.value - truth)).toBeLessThan(4.5 * noiseShare.error + 0.01 * truth);
      expect(truth).toBeGreaterThan(1.5);
      const anew = simulateToy([1], k, {
        ...{ steps, seed: 4, noise: 0.02, start: { x: [0.001], y: [1] } },
        batches: { ...batches, sampling: 'with' },
      }).noiseShare;
      expect(Math.abs(anew.value - 1)).toBeLessThan(4.5 * anew.error + 0.01);
    }
  });

  it('gives a cell what a single run has, whatever cells are beside it', () => {
    const batches = { samples: 10, batchSize: 2, sampling: 'without' } as const;
    const cells = [0.1, 0.3].flatMap((elr) => [0.02, 0.2].map((noise) => ({ alpha: [1, 2], elr: elr / 3, noise })));
    const all = evaluateCells(cells, { steps: 200, batches });
    cells.forEach((cell, i) => {
      expect(all[i]).toEqual(evaluateCells([cell], { steps: 200, batches })[0]);
      const single = simulateToy([1, 2], cell.elr, { steps: 200, seed: 1, noise: cell.noise, batches });
      expect(Math.abs(all[i]!.loss / single.decision.evidence.level - 1)).toBeLessThan(1e-9);
      if (single.decision.regime === all[i]!.regime)
        expect(Math.abs(all[i]!.noiseShare! / single.noiseShare.value - 1)).toBeLessThan(1e-9);
    });
  });

  it('is refused where a batch is larger than the set, or nothing has a common minimum', () => {
    for (const batches of [
      { samples: 4, batchSize: 5 },
      { samples: 0, batchSize: 1 },
      { samples: 4, batchSize: 1.5 },
    ])
      expect(() => checkBatches({ ...batches, sampling: 'with' })).toThrow(UsageError);
    const noise = { deviation: 0, law: 'bernoulli', secondMoment: 1e9 } as const;
    expect(() => drawSamples(3, 1, noise, randomSource(1))).toThrow(/no minimum in common/);
  });
});
