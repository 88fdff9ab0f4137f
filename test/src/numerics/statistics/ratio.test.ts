import { expect, it } from 'vitest';
import { combineRuns } from '../../../../src/numerics/statistics/combine-runs.js';
import { ratioOfMeans } from '../../../../src/numerics/statistics/ratio.js';

const runs = (...means: number[]) => combineRuns(means.map((mean) => ({ mean, error: 0 })));

it('adds relative errors in squares, with the degrees of freedom of both', () => {
  // Standard errors 0.1 of 1.1 and 0.05 of 0.55: a relative error of 1/11 each, of one degree of freedom each.
  const { mean, error, degrees } = ratioOfMeans(runs(0.5, 0.6), runs(1, 1.2));
  expect(mean).toBeCloseTo(0.5, 12);
  expect(error).toBeCloseTo((0.5 * Math.SQRT2) / 11, 12);
  expect(degrees).toBeCloseTo(2, 12);
});

it('has the degrees of freedom of the uncertain mean where the other is certain', () => {
  // 0, 1, 2: a standard error of 1 / sqrt(3) from two degrees of freedom.
  const { error, degrees } = ratioOfMeans(runs(0, 1, 2), runs(4, 4));
  expect(error).toBeCloseTo(1 / (4 * Math.sqrt(3)), 12);
  expect(degrees).toBeCloseTo(2, 12);
});

it('has no error where one of the means is of a single run', () => {
  const { mean, error } = ratioOfMeans(runs(1), runs(2, 2));
  expect(mean).toBe(0.5);
  expect(error).toBeNaN();
});
