import { describe, expect, it } from 'vitest';
import { fitLine } from '../../../src/numerics/statistics/straight-line.js';
import { curvatureReadings } from '../../../src/readings/curvature-readings.js';
import { readingsOf } from '../../../src/readings/readings.js';
import { lossReading, stepReading } from '../../../src/readings/run-readings.js';
import { alphaOf, equilibriumOf, type ToyReading } from '../../../src/readings/toy-reading.js';
import { measureRun } from '../../../src/regime/analyse.js';
import type { Curvature } from '../../../src/run/curvature-record.js';
import { toyTheory } from '../../../toy/theory/equilibrium.js';
import { equilibriumRun } from '../verify/toy-sweep.js';

/** Curvature at a minimum of the toy alpha = (1, 2, 4) with shares alpha_i / S: blocks 2 alpha_i, all together 2 S. */
const curvature = (scale = 1, bound = 0): Curvature => ({
  step: 1,
  images: 1,
  batch: 1,
  seed: 1,
  loss: 0,
  meanGradientEgn: 0,
  largest: [{ value: 14 * scale, bound }],
  smallest: { value: 0, bound: 0 },
  converged: true,
  groups: [1, 2, 4].map((alpha, i) => ({
    name: 'abc'[i]!,
    tensors: ['abc'[i]!],
    largest: { value: 2 * alpha * scale, bound },
    converged: true,
  })),
  trace: null,
  spectrum: null,
  products: 1,
  seconds: 1,
});

const names = (readings: readonly ToyReading[]): string[] => readings.map(({ name }) => name);

describe('one run in equilibrium read as a toy', () => {
  it.each([1.05, 1.5, 2.4])('at k = %s is the toy itself, from its ESS and from its loss', (k) => {
    const run = measureRun(equilibriumRun(k));
    for (const reading of [stepReading(run, toyTheory), lossReading(run, toyTheory)!]) {
      expect(reading.threshold.mean).toBeCloseTo(1 / 7, 10);
      alphaOf(reading).forEach((alpha, i) => {
        expect(alpha).toBeCloseTo([1, 2, 4][i]!, 8);
      });
    }
  });

  it('has the error of a loss that random points are known to', () => {
    const run = measureRun(equilibriumRun(2));
    // threshold = elr (1 - loss / random): d / d random = elr loss / random^2; random 3.5 +- 0.1, loss 1.75.
    const { threshold } = lossReading(run, toyTheory)!;
    expect(threshold.error).toBeCloseTo(((2 / 7) * 1.75 * 0.1) / 3.5 ** 2, 4);
  });
});

it('a loss not below that of random points is no reading', () => {
  const run = { ...measureRun(equilibriumRun(2)), loss: 3.5 };
  expect(lossReading(run, toyTheory)).toBeUndefined();
});

describe('curvature read as a toy', () => {
  it('at its minimum is the toy itself, from the blocks and from the largest eigenvalue', () => {
    const [blocks, joint] = curvatureReadings(0.1, [curvature()]);
    expect(alphaOf(blocks!)).toEqual([1, 2, 4]);
    expect(blocks!.threshold).toEqual({ mean: 1 / 7, error: 0 });
    expect(joint!.threshold.mean).toBeCloseTo(1 / 7, 14);
  });

  it('of several seeds is their mean, with the error of their scatter', () => {
    const [blocks] = curvatureReadings(0.1, [curvature(1), curvature(3)]);
    // Sums 7 and 21: mean 14, half their distance 7; of 1/14 the error is 7 / 14^2.
    expect(blocks!.threshold.mean).toBeCloseTo(1 / 14, 14);
    expect(blocks!.threshold.error).toBeCloseTo(7 / 196, 14);
    expect(blocks!.shares.map((share) => share.toFixed(12))).toEqual([1, 2, 4].map((a) => (a / 7).toFixed(12)));
  });

  it('of one has that of its bounds: three blocks to 0.2 each make alphas to 0.1', () => {
    const [blocks, joint] = curvatureReadings(0.1, [curvature(1, 0.2)]);
    expect(blocks!.threshold.error).toBeCloseTo(0.3 / 49, 14);
    expect(joint!.threshold.error).toBeCloseTo(0.1 / 49, 14);
  });

  it('says nothing where nothing was measured or nothing is positive', () => {
    expect(curvatureReadings(0.1, [])).toEqual([]);
    expect(curvatureReadings(0.1, [{ ...curvature(), groups: [] }])).toEqual([]);
    expect(curvatureReadings(0.1, [curvature(-1)])).toEqual([]);
    const flat = { ...curvature(), largest: [{ value: 0, bound: 0 }] };
    expect(names(curvatureReadings(0.1, [flat]))).toEqual(['curvature of the groups at ELR 0.1']);
  });
});

describe('every reading of a sweep', () => {
  const runs = [equilibriumRun(1.2), equilibriumRun(2)].map((run) => measureRun(run));

  it('of the toy agrees with all others', () => {
    const readings = readingsOf(runs, [{ elr: 0.07, curvatures: [curvature()] }], toyTheory);
    expect(readings.length).toBe(5);
    for (const { threshold } of readings) expect(threshold.mean).toBeCloseTo(1 / 7, 10);
  });

  it('leaves out what there is no run for', () => {
    expect(readingsOf([], [], toyTheory)).toEqual([]);
    expect(names(readingsOf(runs.slice(0, 1), [], toyTheory))).toEqual([
      `loss at ELR ${1.2 / 7}`,
      `EGN at ELR ${1.2 / 7}`,
    ]);
  });
});

describe('what a reading says of an ELR', () => {
  const reading: ToyReading = {
    name: 'a reading',
    source: 'T4',
    threshold: { mean: 0.2, error: 0.01 },
    shares: [0.25, 0.75],
  };
  const context = { randomLoss: { mean: 6, error: 0 }, tolerance: 0.4 };
  const at = (elr: number, given = reading) => equilibriumOf(given, elr, toyTheory, context);

  it('is T4: k = 2, half the loss of random points', () => {
    const { k, regime, loss, ess, shares } = at(0.4);
    expect({ k, regime, shares }).toEqual({ k: 2, regime: 'chaotic equilibrium', shares: [0.25, 0.75] });
    expect(loss.mean).toBeCloseTo(3, 12);
    // loss = 6 (1 - threshold / elr): error 6 / 0.4 of that of the threshold.
    expect(loss.error).toBeCloseTo((6 / 0.4) * 0.01, 10);
    expect(ess.mean).toBeCloseTo(Math.sqrt(3), 12);
    // ess = sqrt(k^2 - 1), dk = k / threshold of the error, to first order: k dk / ess.
    expect(ess.error).toBeCloseTo((2 * (2 / 0.2) * 0.01) / Math.sqrt(3), 2);
  });

  it('takes its own line of losses where it has one, with the errors of the line', () => {
    // y = 3 - 0.6 x through x = 1 and 3, both known to 0.1: at x = 2.5 weights 1/4 and 3/4.
    const line = fitLine([
      { x: 1, y: 2.4, error: 0.1 },
      { x: 3, y: 1.2, error: 0.1 },
    ])!;
    const { loss } = at(0.4, { ...reading, losses: { line, scale: 2 } });
    expect(loss.mean).toBeCloseTo(1.5, 12);
    expect(loss.error).toBeCloseTo(2 * 0.1 * Math.hypot(0.25, 0.75), 12);
  });

  it('leaves out groups without curvature', () => {
    const { shares, k } = at(0.4, { ...reading, shares: [0, 0.25, 0, 0.75] });
    expect(shares).toEqual([0, 0.25, 0, 0.75]);
    expect(k).toBeCloseTo(2, 12);
  });

  it('has no errors where the threshold is not known to its sign', () => {
    const { loss, ess } = at(0.4, { ...reading, threshold: { mean: 0.2, error: 0.3 } });
    expect(loss.mean).toBeCloseTo(3, 12);
    expect([loss.error, ess.error]).toEqual([Number.NaN, Number.NaN]);
  });

  it('is convergence up to the threshold, divergence where the loss is that of random points', () => {
    expect(at(0.2)).toMatchObject({ regime: 'convergence', loss: { mean: 0 }, ess: { mean: 0 } });
    expect(at(0.1).shares.map((share) => share.toFixed(6))).toEqual(['0.125000', '0.375000']);
    expect(at(0.5).regime).toBe('divergence');
  });
});
