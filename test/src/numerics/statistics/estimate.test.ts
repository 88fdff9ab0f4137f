import { expect, it } from 'vitest';
import { propagateErrors } from '../../../../src/numerics/statistics/estimate.js';

const estimate = (mean: number, error: number) => ({ mean, error });

it('errors of a product add in squares: hypot(3 x 0.1, 2 x 0.2)', () => {
  expect(propagateErrors((x, y) => x * y, [estimate(2, 0.1), estimate(3, 0.2)])).toBeCloseTo(0.5, 12);
});

it('errors of an exact number do not count, whatever the function does beside it', () => {
  expect(propagateErrors((x) => (x === 1 ? 5 : Number.NaN), [estimate(1, 0)])).toBe(0);
});

it('errors are not known where one of them or a value is not', () => {
  for (const error of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(propagateErrors((x) => x, [estimate(1, error)])).toBeNaN();
  expect(propagateErrors(Math.sqrt, [estimate(0.1, 0.2)])).toBeNaN();
  expect(propagateErrors((x) => (x > 1 ? x : Number.NaN), [estimate(1.5, 1)])).toBeNaN();
});
