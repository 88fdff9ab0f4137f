import { expect, it } from 'vitest';
import { studentQuantile } from '../../../../src/numerics/statistics/student.js';

it.each([
  // From tables of Student's t: the quantile at 97.5%, then at 99%, and the error that the approximation may have.
  [1.96, 2, 4.303, 0.05],
  [1.96, 4, 2.776, 0.01],
  [1.96, 10, 2.228, 0.01],
  [1.96, 100, 1.984, 0.001],
  [2.326, 2, 6.965, 0.09],
  [2.326, 4, 3.747, 0.02],
  [2.326, 10, 2.764, 0.01],
  [2.326, 1e9, 2.326, 1e-6],
])('Student t for %d normal deviations and %d degrees', (normal, degrees, quantile, error) => {
  expect(Math.abs(studentQuantile(normal, degrees) / quantile - 1)).toBeLessThan(error);
});

it('is the normal quantile where the error is known exactly, and careful with one degree', () => {
  expect(studentQuantile(1.96, Number.POSITIVE_INFINITY)).toBe(1.96);
  expect(studentQuantile(1.96, 1)).toBeGreaterThan(12.706);
});
