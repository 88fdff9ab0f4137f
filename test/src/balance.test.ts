import { describe, expect, it } from 'vitest';
import { type BalancePair, balanceElr, balancePoint, balanceRatio } from '../../src/balance.js';
import type { BalancePoint } from '../../src/run/balance-record.js';
import { exactPoint, point } from './balance-points.js';

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
    // 0.1 * 60 / (2 * 2) = 1.5; relative errors: of the slope 10% (to first order (1/0.9 - 1/1.1) / 2 = 0.10101), of the curvature 20%.
    const found = balanceRatio([point({ slope: [2, 0.2], curvature: [60, 12] })], 0.1);
    expect(found.mean).toBeCloseTo(1.5, 14);
    expect(found.error).toBeCloseTo(1.5 * Math.hypot((1 / 0.9 - 1 / 1.1) / 2, 0.2), 14);
  });

  it('of several is that of the means, not the mean of the ratios', () => {
    const points = [exactPoint(1, 10), exactPoint(3, 10), exactPoint(8, 40)];
    // Slope 4, curvature 20; the ratios alone are 5, 5/3, 2.5.
    expect(balanceRatio(points, 1)).toEqual({ mean: 2.5, error: 0 });
  });

  it('of three points has the errors of their batches: over 3, added in squares', () => {
    const points = [
      point({ slope: [4, 0.3], curvature: [20, 0] }),
      point({ slope: [4, 0.6], curvature: [20, 0] }),
      point({ slope: [4, 0.6], curvature: [20, 0] }),
    ];
    // sqrt(0.09 + 0.36 + 0.36) / 3 = 0.3 of 4.
    const high = 20 / (2 * 3.7);
    const low = 20 / (2 * 4.3);
    expect(balanceRatio(points, 1).error).toBeCloseTo((high - low) / 2, 14);
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
    const { mean, error } = balanceElr(points);
    const inverse = balanceRatio(points, 1);
    expect(mean).toBeCloseTo(4 / 60, 14);
    expect(error / mean).toBeCloseTo(inverse.error / inverse.mean, 14);
  });

  it('is negative where every step lowers the loss', () => {
    expect(balanceElr([exactPoint(2, -8)]).mean).toBe(-0.5);
  });

  it('is NaN where the sign of slope or curvature is not known', () => {
    const of = (given: Parameters<typeof point>[0]) => balanceElr([point(given)]);
    expect(of({ slope: [1, 1], curvature: [1, 0] })).toEqual(UNKNOWN);
    expect(of({ slope: [1, 0], curvature: [2, 1.01] })).toEqual(UNKNOWN);
    expect(of({ slope: [1, 0], curvature: [2, 0.99] }).mean).toBe(1);
    expect(of({ slope: [1, 0], curvature: [0, 0] })).toEqual(UNKNOWN);
  });
});

it('points are not changed', () => {
  const points: BalancePoint[] = [4, 3, 2, 1].map((slope) => exactPoint(slope, slope));
  const before = structuredClone(points);
  balanceElr(points);
  expect(points).toEqual(before);
});
