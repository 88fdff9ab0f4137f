import { describe, expect, it } from 'vitest';
import { mean, standardError } from '../../../src/numerics/means.js';
import { randomSource } from '../../../src/numerics/random.js';
import { meanWithError } from '../../../src/numerics/statistics/mean-error.js';
import { averagesOf, errorsOf, noiseShareOf } from '../../../src/regime/run-averages.js';
import { columnsOf } from '../../../src/run/collect-steps.js';
import { type RecordedStep, StepColumns } from '../../../src/run/step-columns.js';
import { equilibriumRun } from '../verify/toy-sweep.js';

/** Steps of two groups with independent noise: g_1 = 1 + 0.1 x, g_2 = 3, w_1 = 0.25 + 0.01 y, loss = 2 + 0.5 z. */
function noisySteps(count: number, seed: number): StepColumns {
  const random = randomSource(seed, 77);
  const steps = Array.from({ length: count }, (_, step) => {
    const first = 1 + 0.1 * random.gaussian();
    const share = 0.25 + 0.01 * random.gaussian();
    const group = (name: string, w: number, egn: number) => ({ name, share: w, egn, ess: 0.1 * egn });
    return {
      step,
      loss: 2 + 0.5 * random.gaussian(),
      accuracy: 0.5,
      elr: 0.1,
      egn: first,
      ess: 0.1 * first,
      norm: 1,
      groups: [group('a', share, first), group('b', 1 - share, 3)],
    };
  });
  return columnsOf(steps);
}

describe('errors of averages', () => {
  const runs = Array.from({ length: 100 }, (_, seed) => noisySteps(200, seed));
  const typical = (of: (errors: ReturnType<typeof errorsOf>) => number): number =>
    Math.sqrt(mean(runs.map((steps) => of(errorsOf(steps)) ** 2)));
  const scatter = (of: (averages: ReturnType<typeof averagesOf>) => number): number =>
    standardError(runs.map((steps) => of(averagesOf(steps)))) * Math.sqrt(runs.length);

  it.each<[string, (averages: ReturnType<typeof averagesOf>) => number, number]>([
    // Standard deviations of a step over sqrt(200); to first order for functions of averages.
    ['loss', ({ loss }) => loss, 0.5],
    ['EGN', ({ egn }) => egn, 0.1],
    ['ESS', ({ ess }) => ess, 0.01],
    ['share', ({ shares }) => shares[0]!, 0.01],
    // d g_1 / (g_1 + g_2) = 3/16 dg_1.
    ['equilibrium share', ({ equilibriumShares }) => equilibriumShares[0]!, (0.1 * 3) / 16],
    ['effective step', ({ effectiveStep }) => effectiveStep, 0.01],
  ])('are what many runs scatter by: %s', (_, of, ofAStep) => {
    const expected = ofAStep / Math.sqrt(200);
    // The scatter of 100 runs is known to 7%; the errors are somewhat large (the window of the autocorrelation).
    expect(Math.abs(scatter(of) / expected - 1)).toBeLessThan(0.25);
    expect(Math.abs(typical(of) / expected - 1)).toBeLessThan(0.25);
  });

  it('know what moves together', () => {
    // Group 1 has the joint step in these runs: its ratio is exact, though both scatter.
    const errors = errorsOf(runs[0]!);
    expect(errors.stepRatios[0]).toBeLessThan(1e-12);
    expect(errors.groupEffectiveSteps[0]).toBeGreaterThan(1e-4);
    const gap = Math.hypot(0.01, (0.1 * 3) / 16) / Math.sqrt(200);
    expect(Math.abs(typical(({ shareGaps }) => shareGaps[0]!) / gap - 1)).toBeLessThan(0.25);
  });

  it('of the shares at which all would turn alike are those of the ratio of steps', () => {
    const errors = errorsOf(runs[0]!);
    const { shares } = averagesOf(runs[0]!);
    expect(errors.turnRatios).toEqual(errors.stepRatios);
    for (const [i, error] of errors.turnShares.entries())
      expect(error).toBeCloseTo(errors.stepRatios[i]! * shares[i]!, 15);
    // The joint step is that of group 1, ess 0.1 (1 + 0.1 x); group 2 has 0.3 throughout: ratio 3 (1 - 0.1 x).
    const expected = 0.75 * ((3 * 0.1) / Math.sqrt(200));
    expect(Math.abs(typical(({ turnShares }) => turnShares[1]!) / expected - 1)).toBeLessThan(0.25);
  });

  it('of a share that drifts slowly are at most the sum of those of the others, with which it adds up to 1', () => {
    // The noises of a and b cancel in c, which is left with the drift alone: a series without a second independent value.
    const random = randomSource(5, 77);
    const series = Array.from({ length: 200 }, (_, step) => {
      const [noise, drift] = [0.02 * random.gaussian(), (0.02 * step) / 200];
      return { a: 0.3 + noise - drift / 2, b: 0.3 - noise - drift / 2, c: 0.4 + drift };
    });
    const steps = series.map((values, step) => {
      const groups = Object.entries(values).map(([name, share]) => ({ name, share, egn: 1, ess: 0.1 }));
      return { step, loss: 1, accuracy: 0.5, elr: 0.1, egn: 1, ess: 0.1, norm: 1, groups };
    });
    const { shares } = errorsOf(columnsOf(steps));
    // By itself the error of c would be more than twice that sum.
    expect(meanWithError(series.map(({ c }) => c)).error).toBeGreaterThan(2 * (shares[0]! + shares[1]!));
    expect(shares[2]).toBeCloseTo(shares[0]! + shares[1]!, 15);
    // The others keep the errors that they have by themselves.
    expect(shares[0]).toBe(meanWithError(series.map(({ a }) => a)).error);
  });

  it('are 0 where nothing changes, and unknown of one step', () => {
    const errors = errorsOf(equilibriumRun(1.5).steps);
    for (const error of Object.values(errors).flat()) expect(error).toBeLessThan(1e-12);
    const one = noisySteps(1, 1);
    const step = one.at(0);
    expect(errorsOf(one)).toMatchObject({ loss: Number.POSITIVE_INFINITY, effectiveStep: Number.NaN });
    expect(averagesOf(one)).toMatchObject({
      loss: step!.loss,
      accuracy: 0.5,
      shares: [step!.groups[0]!.share, expect.anything()],
    });
  });
});

describe('shares at which all would turn alike', () => {
  it('are the shares of an equilibrium whose steps do not change', () => {
    for (const k of [1.2, 2, 10])
      for (const [i, share] of averagesOf(equilibriumRun(k).steps).turnShares.entries())
        expect(share).toBeCloseTo([1, 2, 4][i]! / 7, 12);
  });

  it('come from ess_i and w_i of every step, not from the EGN', () => {
    // elr g_1 = 0.25 x 0.2 or 0.5 x 0.1: 0.05 in every step; elr g_2 = 0.15.
    const at = (share: number, ess: number, other: number): RecordedStep => ({
      ...noisySteps(1, 1).at(0)!,
      groups: [
        { name: 'a', share, egn: Number.NaN, ess },
        { name: 'b', share: 1 - share, egn: Number.NaN, ess: other },
      ],
    });
    const { turnShares } = averagesOf(columnsOf([at(0.25, 0.2, 0.2), at(0.5, 0.1, 0.3)]));
    expect(turnShares[0]).toBeCloseTo(0.25, 12);
    expect(turnShares[1]).toBeCloseTo(0.75, 12);
  });
});

describe('the noise share of a part', () => {
  /** F = 2 + 0.3 x, g^2 = 900 (1 + 0.3 y), x and y AR(1) of variance 1 that keep `memory` of themselves a step. */
  function correlatedSteps(memory: number, length: number, seed: number): StepColumns {
    const random = randomSource(seed, 14);
    let [x, y] = [random.gaussian(), random.gaussian()];
    const next = (value: number): number => memory * value + Math.sqrt(1 - memory * memory) * random.gaussian();
    return columnsOf(
      Array.from({ length }, (_, step) => {
        [x, y] = [next(x), next(y)];
        const egn = 30 * Math.sqrt(Math.max(0, 1 + 0.3 * y));
        return { step, loss: 2 + 0.3 * x, accuracy: 0.5, elr: 0.004, egn, ess: 0.004 * egn, norm: 1, groups: [] };
      }),
    );
  }

  it.each<[number, number]>([
    [0, 2000],
    [0.8, 2000],
    // Fewer than a hundred memories are too few for some runs to tell their error.
    [0.95, 8000],
  ])('has an error that knows how long steps remember: %d a step, %d steps', (memory, length) => {
    const shares = Array.from({ length: 100 }, (_, seed) => noiseShareOf(correlatedSteps(memory, length, seed)));
    // R = 0.004 x 900 / 4 / 2; its relative variance a step is 0.3^2 of g^2 and 0.15^2 of F, times (1 + memory) / (1 - memory).
    const expected = 0.45 * Math.hypot(0.3, 0.15) * Math.sqrt((1 + memory) / (1 - memory) / length);
    const values = shares.map(({ value }) => value);
    // The mean of a ratio is off by the relative variance of the denominator's mean, far less than four standard errors.
    expect(Math.abs(mean(values) - 0.45)).toBeLessThan(4 * standardError(values));
    const typical = Math.sqrt(mean(shares.map(({ error }) => error ** 2)));
    // An error of a few ten blocks is known to about an eighth; of 100 of them, and of 100 values, the mean to less than that.
    expect(Math.abs(typical / expected - 1)).toBeLessThan(0.15);
    expect(Math.abs((standardError(values) * 10) / expected - 1)).toBeLessThan(0.25);
  });

  it('is (k + 1) / 2 on the orbit of T4, without error', () => {
    const { steps } = equilibriumRun(1.5);
    expect(noiseShareOf(steps)).toEqual({ value: expect.closeTo(1.25, 12), error: expect.closeTo(0, 12) });
  });

  it('takes how far steps with momentum went, and 1 / (1 - beta) as an upper estimate where that is not recorded', () => {
    const { steps } = equilibriumRun(1.5);
    // Every step of the orbit turns by arctan of its ESS: (1 + beta) in the place of 1.
    expect(noiseShareOf(steps, 0.5)).toEqual({ value: expect.closeTo(1.875, 12), error: expect.closeTo(0, 12) });
    const { angle: _, ...columns } = steps.columns;
    expect(noiseShareOf(new StepColumns(columns), 0.5)).toEqual({
      ...{ value: expect.closeTo(2.5, 12), error: expect.closeTo(0, 12), isUpperEstimate: true },
    });
  });
});
