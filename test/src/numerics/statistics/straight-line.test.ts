import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../../src/numerics/random.js';
import { fitLine, fitLineWithout, onLine, scatterFactor } from '../../../../src/numerics/statistics/straight-line.js';

describe('a straight line', () => {
  it('through three points of different weight is that of hand arithmetic', () => {
    // Weights 1, 4, 1 at x = 0, 1, 2 and y = 1, 2, 5: means 1 and 7/3; slope = sum w (x - 1)(y - 7/3) / sum w (x - 1)^2 = 2.
    const line = fitLine([
      { x: 0, y: 1, error: 1 },
      { x: 1, y: 2, error: 0.5 },
      { x: 2, y: 5, error: 1 },
    ])!;
    expect(line.slope).toBeCloseTo(2, 12);
    expect(line.intercept).toBeCloseTo(1 / 3, 12);
    // var slope = 1 / 2, var of the weighted mean = 1 / 6, and the two are independent.
    expect(line.covariance.slope).toBeCloseTo(1 / 2, 12);
    expect(line.covariance.intercept).toBeCloseTo(1 / 6 + 1 / 2, 12);
    expect(line.covariance.both).toBeCloseTo(-1 / 2, 12);
    // Deviations 2/3, -1/3, 2/3 times the square roots of the weights.
    expect(line.chiSquared).toBeCloseTo(4 / 9 + 4 / 9 + 4 / 9, 12);
    expect(line.degrees).toBe(1);
    expect(scatterFactor(line)).toBeCloseTo(Math.sqrt(4 / 3), 12);
    expect(onLine(line, 1)).toEqual({ y: expect.closeTo(7 / 3, 12), error: expect.closeTo(Math.sqrt(1 / 6), 12) });
    expect(onLine(line, 3).error).toBeCloseTo(Math.sqrt(1 / 6 + 4 / 2), 12);
  });

  it('through two points is exact, and errors are not made smaller where points lie close by chance', () => {
    const line = fitLine([
      { x: 1, y: 3, error: 0.1 },
      { x: 2, y: 1, error: 0.2 },
    ])!;
    expect(line).toMatchObject({ slope: expect.closeTo(-2, 10), intercept: expect.closeTo(5, 10), degrees: 0 });
    expect(scatterFactor(line)).toBe(1);
    expect(scatterFactor({ ...line, chiSquared: 0.1, degrees: 3 })).toBe(1);
  });

  it('is off by its errors: two in three of many within one', () => {
    const random = randomSource(5);
    const count = 2000;
    const within = Array.from({ length: count }, () => {
      const points = [1, 2, 4, 8].map((x) => ({ x, y: 2 + 3 * x + x * random.gaussian(), error: x }));
      const line = fitLine(points)!;
      return Math.abs(line.slope - 3) <= Math.sqrt(line.covariance.slope);
    }).filter(Boolean).length;
    // 68.27% of 2,000, three binomial errors of 1% each.
    expect(Math.abs(within / count - 0.6827)).toBeLessThan(0.032);
  });

  it('without one of its parts is a weighted mean', () => {
    const points = [
      { x: 1, y: 3, error: 1 },
      { x: 2, y: 4, error: 0.5 },
    ];
    // (1 x 3 + 4 x 2 x 4) / (1 + 4 x 4) and (3 + 4 x 4) / 5, with variances 1/17 and 1/5.
    const origin = fitLineWithout('intercept', points);
    expect(origin).toMatchObject({ intercept: 0, slope: expect.closeTo(35 / 17, 12), degrees: 1 });
    expect(origin.covariance).toEqual({ intercept: 0, slope: expect.closeTo(1 / 17, 12), both: 0 });
    const flat = fitLineWithout('slope', points);
    expect(flat).toMatchObject({ intercept: expect.closeTo(19 / 5, 12), slope: 0 });
    expect(flat.covariance).toEqual({ intercept: expect.closeTo(1 / 5, 12), slope: 0, both: 0 });
    // (3 - 3.8)^2 + 4 (4 - 3.8)^2.
    expect(flat.chiSquared).toBeCloseTo(0.8, 12);
    expect(() => fitLineWithout('slope', [])).toThrow('points');
  });

  it('is none through one place, or through a point of unknown error', () => {
    const point = { x: 1, y: 1, error: 1 };
    expect(fitLine([])).toBeUndefined();
    expect(fitLine([point])).toBeUndefined();
    expect(fitLine([point, { ...point, y: 2 }])).toBeUndefined();
    for (const error of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(fitLine([point, { x: 2, y: 2, error }])).toBeUndefined();
    }
  });
});
