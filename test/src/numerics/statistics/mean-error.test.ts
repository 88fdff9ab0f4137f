import { describe, expect, it } from 'vitest';
import { standardError } from '../../../../src/numerics/means.js';
import { randomSource } from '../../../../src/numerics/random.js';
import { meanWithError, pieceMeans } from '../../../../src/numerics/statistics/mean-error.js';
import { studentQuantile } from '../../../../src/numerics/statistics/student.js';
import { binomialError, correlatedSeries, manySeries } from './series.js';

const RUNS = 400;

/** How many of many series have 0, their true mean, inside the 95% interval. */
function coverage(points: number, time: number): number {
  const hits = manySeries(RUNS, points, time).filter((values) => {
    const { mean, error, degrees } = meanWithError(values);
    return Math.abs(mean) <= studentQuantile(1.96, degrees) * error;
  });
  return hits.length / RUNS;
}

describe('the standard error of a correlated mean', () => {
  // Three standard deviations of the share of 400 series: 95% +- 3.3%.
  const slack = 3 * binomialError(0.95, RUNS);

  it.each([
    [500, 1],
    [1000, 3],
    [2000, 10],
  ])('covers the mean in 95%% of series of %d points with a time of %d', (points, time) => {
    expect(Math.abs(coverage(points, time) - 0.95)).toBeLessThan(slack);
  });

  it.each([
    [30, 1],
    [50, 3],
    [50, 10],
    [200, 30],
    [1000, 100],
  ])('covers it in no fewer where %d points are few for a time of %d', (points, time) => {
    expect(coverage(points, time)).toBeGreaterThan(0.95 - slack);
  });

  it('is what the autocorrelation time makes of it, also where a long series is condensed', () => {
    const points = 20_000;
    const { mean, error, independent } = meanWithError(correlatedSeries(points, 9, randomSource(2)));
    // sqrt(9 / points), whose estimate is good to 10%: condensed five to one, it is that of 4,000 pieces.
    expect(Math.abs(error / Math.sqrt(9 / points) - 1)).toBeLessThan(0.2);
    expect(Math.abs(independent / (points / 9) - 1)).toBeLessThan(0.4);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(9 / points));
  });

  it('of two values is the usual one', () => {
    // Variance 2 with n - 1, over 2 values: 1.
    expect(meanWithError([1, 3])).toMatchObject({ mean: 2, error: 1 });
    expect(standardError([1, 3])).toBe(1);
  });

  it('of one value is infinite, of equal values 0, of NaN NaN', () => {
    expect(meanWithError([5])).toEqual({ mean: 5, error: Number.POSITIVE_INFINITY, independent: 0, degrees: 1 });
    expect(meanWithError(new Array<number>(30).fill(0.1))).toMatchObject({ error: 0, independent: 30 });
    expect(meanWithError([1, Number.NaN, 2]).error).toBeNaN();
    expect(meanWithError([1, Number.POSITIVE_INFINITY, 2, 3]).error).toBeNaN();
    expect(meanWithError([]).error).toBeNaN();
  });

  it('of a series that has hardly begun to forget is large or unknown', () => {
    const values = Array.from({ length: 20 }, (_, i) => Math.sin(i / 20));
    expect(meanWithError(values).independent).toBeLessThan(3);
  });
});

it('pieces are equal and end with the series', () => {
  expect(pieceMeans([9, 1, 3, 5, 7], 2)).toEqual([2, 6]);
  expect(pieceMeans([1], 2)).toEqual([]);
});
