import { expect, it } from 'vitest';
import { belowOnePrediction } from '../../../src/verify/order-row.js';

const verdict = (mean: number, error: number, degrees: number) =>
  belowOnePrediction({ name: 'order', source: 'T15' }, { mean, error, degrees }).holds;

it('holds below 1 by two standard errors, fails above by as many, and is untested between', () => {
  const degrees = 1e6;
  expect([0.79, 0.81, 1, 1.19, 1.21].map((mean) => verdict(mean, 0.1, degrees))).toEqual([
    ...[true, null, null, null, false],
  ]);
});

it('asks for more standard errors of few runs', () => {
  // Two-sided, as improbable as two standard errors of a normal distribution, 4.55%: t = 4.53 with two degrees of freedom, from tables.
  expect(verdict(0.6, 0.1, 2)).toBeNull();
  expect(verdict(0.4, 0.1, 2)).toBe(true);
});

it('is untested without an error', () => {
  expect(verdict(0.5, Number.NaN, Number.NaN)).toBeNull();
});
