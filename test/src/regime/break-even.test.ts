import { describe, expect, it } from 'vitest';
import {
  type BalancePair,
  balancePoint,
  balanceRatio,
  breakEvenElr,
  changeBySlope,
  sameBatchSharpness,
} from '../../../src/regime/break-even.js';
import type { BalancePoint } from '../../../src/run/balance-record.js';
import { exactPoint, point } from './break-even-points.js';

const UNKNOWN = { mean: Number.NaN, error: Number.NaN };

describe('a point from pairs of batches', () => {
  const pair = (loss: number, squaredEgn: number, slope: number, curvature: number): BalancePair => ({
    loss,
    squaredEgn,
    slope,
    curvature,
  });

  it('has means and standard errors by hand', () => {
    const pairs = [pair(1, 10, 2, 8), pair(3, 10, 4, 2), pair(1, 16, 6, 8), pair(3, 16, 8, 2)];
    const found = balancePoint(7, pairs);
    expect(found.step).toBe(7);
    // Squared deviations 1 each: 4 / 3 / 4.
    expect(found.loss.mean).toBe(2);
    expect(found.loss.error).toBeCloseTo(Math.sqrt(1 / 3), 14);
    // Independent, though they rise in pairs: 9 each, 36 / 3 / 4.
    expect(found.squaredEgn.mean).toBe(13);
    expect(found.squaredEgn.error).toBeCloseTo(Math.sqrt(3), 14);
    // 20 / 12, and neighbours correlate by 1/3: times 1.5.
    expect(found.slope.mean).toBe(5);
    expect(found.slope.error).toBeCloseTo(Math.sqrt(2.5), 14);
    // Neighbours alternate: as if independent.
    expect(found.curvature.mean).toBe(5);
    expect(found.curvature.error).toBeCloseTo(Math.sqrt(3), 14);
  });

  it('keeps a NaN as one', () => {
    const { slope, loss } = balancePoint(0, [pair(1, 1, Number.NaN, 1), pair(1, 1, 1, 1)]);
    expect(slope).toEqual(UNKNOWN);
    expect(loss).toEqual({ mean: 1, error: 0 });
  });
});

describe('ELR over balance ELR', () => {
  it('of one point is elr curvature / (2 slope), with errors as of independent numbers', () => {
    // 0.1 * 60 / (2 * 2) = 1.5; relative errors: of the slope 10%, half the change either way (1/0.9 - 1/1.1) / 2 = 0.10101,
    // of the curvature 20%.
    const found = balanceRatio([point({ slope: [2, 0.2], curvature: [60, 12] })], 0.1);
    expect(found.mean).toBeCloseTo(1.5, 14);
    expect(found.error).toBeCloseTo(1.5 * Math.hypot((1 / 0.9 - 1 / 1.1) / 2, 0.2), 14);
  });

  it('of several is that of the means, not the mean of the ratios', () => {
    const points = [exactPoint(3, 10), exactPoint(4, 10), exactPoint(5, 40)];
    // Slope 4, curvature 20; the ratios alone are 5/3, 5/4, 4.
    expect(balanceRatio(points, 1).mean).toBe(2.5);
  });

  it('of two or three points has the larger of their scatter and the errors of their batches', () => {
    const of = (errors: readonly number[], slopes: readonly number[]) =>
      balanceRatio(
        slopes.map((slope, i) => point({ slope: [slope, errors[i]!], curvature: [20, 0] })),
        1,
      ).error;
    // sqrt(0.09 + 0.36 + 0.36) / 3 = 0.3 of 4.
    expect(of([0.3, 0.6, 0.6], [4, 4, 4])).toBeCloseTo((20 / 7.4 - 20 / 8.6) / 2, 14);
    // Deviations 1 each: sqrt(2 / 1 / 2) = 1 of 4.
    expect(of([0.1, 0.1], [3, 5])).toBeCloseTo((20 / 6 - 20 / 10) / 2, 14);
  });

  it('of four points and more has the error of a jackknife over them', () => {
    const slopes = [2, 3, 4, 7];
    const curvatures = [10, 24, 20, 26];
    const points = slopes.map((slope, i) => exactPoint(slope, curvatures[i]!));
    // Sums 16 and 80; left out in turn: 70/28, 56/26, 60/24, 54/18.
    const without = [70 / 28, 56 / 26, 60 / 24, 54 / 18];
    const centre = (without[0]! + without[1]! + without[2]! + without[3]!) / 4;
    const squares = without.map((value) => (value - centre) ** 2);
    const found = balanceRatio(points, 1);
    expect(found.mean).toBe(2.5);
    expect(found.error).toBeCloseTo(Math.sqrt((3 / 4) * (squares[0]! + squares[1]! + squares[2]! + squares[3]!)), 14);
  });

  it('is certain where slope and curvature rise and fall together', () => {
    const points = [1, 2, 3, 4].map((slope) => exactPoint(slope, 6 * slope));
    const { mean, error } = balanceRatio(points, 0.5);
    expect(mean).toBeCloseTo(1.5, 14);
    expect(error).toBeLessThan(1e-14);
  });

  it('is in proportion to the ELR', () => {
    const points = [2, 3, 4, 7].map((slope) => exactPoint(slope, 10 + slope ** 2));
    const [one, tenth] = [balanceRatio(points, 1), balanceRatio(points, 0.1)];
    expect(tenth.mean).toBeCloseTo(one.mean / 10, 14);
    expect(tenth.error).toBeCloseTo(one.error / 10, 14);
  });

  it('is NaN up to a slope of two standard errors, a number above', () => {
    const of = (slope: number, error: number) => balanceRatio([point({ slope: [slope, error], curvature: [1, 0] })], 1);
    expect(of(2, 1)).toEqual(UNKNOWN);
    expect(of(2.001, 1).mean).toBeCloseTo(1 / 4.002, 14);
    expect(of(-3, 1)).toEqual(UNKNOWN);
    expect(of(0, 0)).toEqual(UNKNOWN);
    expect(of(Number.NaN, Number.NaN)).toEqual(UNKNOWN);
    expect(of(1, Number.NaN)).toEqual(UNKNOWN);
  });

  it('of many points is NaN where their slopes scatter about 0, however small the error at each', () => {
    // Mean 1, standard error sqrt(36 / 12) = 1.73.
    const points = [-2, 4, -2, 4].map((slope) => exactPoint(slope, 1));
    expect(balanceRatio(points, 1)).toEqual(UNKNOWN);
  });

  it('is negative where the loss bends down along gradients', () => {
    expect(balanceRatio([exactPoint(2, -8)], 0.5).mean).toBe(-1);
  });
});

describe('the balance ELR', () => {
  it('is 2 slope / curvature, with the same relative error as its inverse', () => {
    const points = [point({ slope: [2, 0.2], curvature: [60, 12] })];
    const { mean, error } = breakEvenElr(points);
    const inverse = balanceRatio(points, 1);
    expect(mean).toBeCloseTo(4 / 60, 14);
    expect(error / mean).toBeCloseTo(inverse.error / inverse.mean, 14);
  });

  it('is negative where every step lowers the loss', () => {
    expect(breakEvenElr([exactPoint(2, -8)]).mean).toBe(-0.5);
  });

  it('is NaN where the sign of slope or curvature is not known', () => {
    const of = (given: Parameters<typeof point>[0]) => breakEvenElr([point(given)]);
    expect(of({ slope: [1, 1], curvature: [1, 0] })).toEqual(UNKNOWN);
    expect(of({ slope: [1, 0], curvature: [2, 1.01] })).toEqual(UNKNOWN);
    expect(of({ slope: [1, 0], curvature: [2, 0.99] }).mean).toBe(1);
    expect(of({ slope: [1, 0], curvature: [0, 0] })).toEqual(UNKNOWN);
  });
});

describe('the change by whole steps in units of the slope', () => {
  it('is -1 without any bend, 0 where the loss keeps its level', () => {
    const of = (change: number) =>
      changeBySlope([point({ slope: [4, 0], curvature: [1, 0], change: [change, 0] })], 0.5);
    expect(of(-2).mean).toBe(-1);
    expect(of(0).mean).toBe(0);
    expect(of(1).mean).toBe(0.5);
  });

  it('of several points is that of the means, with its error by leaving each out', () => {
    const given = [
      [1, 1],
      [2, 0],
      [3, -1],
      [4, 2],
    ] as const;
    const points = given.map(([slope, change]) => point({ slope: [slope, 0], curvature: [1, 0], change: [change, 0] }));
    const { mean, error } = changeBySlope(points, 2);
    // 0.5 / (2 * 2.5).
    expect(mean).toBeCloseTo(0.1, 14);
    // Sums of the three others: changes 1, 2, 3, 0; slopes 9, 8, 7, 6.
    const without = [1 / 18, 2 / 16, 3 / 14, 0];
    const centre = without.reduce((a, b) => a + b) / 4;
    const squares = without.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    expect(error).toBeCloseTo(Math.sqrt((3 / 4) * squares), 14);
  });

  it('is NaN where no step was tried, or no slope is known', () => {
    expect(changeBySlope([exactPoint(1, 1)], 1)).toEqual(UNKNOWN);
    expect(changeBySlope([point({ slope: [1, 1], curvature: [1, 0], change: [1, 0] })], 1)).toEqual(UNKNOWN);
  });

  it('is kept of pairs where all have it', () => {
    const pair = { loss: 1, squaredEgn: 1, slope: 1, curvature: 1 };
    expect(balancePoint(1, [pair, { ...pair, change: 1 }]).change).toBeUndefined();
    expect(
      balancePoint(1, [
        { ...pair, change: 3 },
        { ...pair, change: 1 },
      ]).change!.mean,
    ).toBe(2);
  });
});

it('points are not changed', () => {
  const points: BalancePoint[] = [4, 3, 2, 1].map((slope) => exactPoint(slope, slope));
  const before = structuredClone(points);
  breakEvenElr(points);
  expect(points).toEqual(before);
});

describe('the same-batch sharpness times ELR / 2', () => {
  const own = (squaredEgn: number, mean: number, error = 0): BalancePoint => ({
    ...exactPoint(1, 1),
    squaredEgn: { mean: squaredEgn, error: 0 },
    ownCurvature: { mean, error },
  });

  it('is ELR / 2 times the mean curvature over the mean squared EGN, not the mean of the ratios', () => {
    // 0.5 / 2 x 120 / 40 and 0.5 / 2 x 60 / 40; of the ratios 3 and 1 the mean would be 0.5.
    expect(sameBatchSharpness([own(10, 30), own(30, 90)], 0.5).mean).toBeCloseTo(0.75, 14);
    expect(sameBatchSharpness([own(10, 30), own(30, 30)], 0.5).mean).toBeCloseTo(0.375, 14);
  });

  it('has the error of the curvature where there is one point, and that of a jackknife from four on', () => {
    expect(sameBatchSharpness([own(10, 30, 3)], 0.5).error).toBeCloseTo(0.075, 14);
    // Equal squares of 10, curvatures 10, 20, 30, 40: ratios of what is left 3, 8/3, 7/3, 2, deviations +-1/2 and +-1/6, so
    // sqrt(3/4 x 5/9) = 0.6455 of 0.5 / 2.
    const points = [10, 20, 30, 40].map((curvature) => own(10, curvature));
    expect(sameBatchSharpness(points, 0.5).error).toBeCloseTo(0.25 * Math.sqrt(5 / 12), 14);
  });

  it('is not known where a balance was kept without it, and needs no positive slope', () => {
    expect(sameBatchSharpness([own(10, 30), exactPoint(1, 1)], 0.5)).toEqual(UNKNOWN);
    const flat = { ...own(10, 30), slope: { mean: -1, error: 1 } };
    expect(sameBatchSharpness([flat], 0.5).mean).toBeCloseTo(0.75, 14);
  });

  it('is kept for a point where every pair has it', () => {
    const pair: BalancePair = { loss: 1, squaredEgn: 1, slope: 1, curvature: 1 };
    const pairs = [2, 4].map((ownCurvature) => ({ ...pair, ownCurvature }));
    // Squared deviations 1 each: 2 / 1 / 2.
    expect(balancePoint(0, pairs).ownCurvature).toEqual({ mean: 3, error: 1 });
    expect(balancePoint(0, [pair, ...pairs]).ownCurvature).toBeUndefined();
  });
});
