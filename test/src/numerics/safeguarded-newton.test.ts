import { describe, expect, it } from 'vitest';
import { safeguardedNewton } from '../../../src/numerics/safeguarded-newton.js';

describe('the root of a decreasing function', () => {
  // Newton's method alone: found in one step, from below, flies apart, goes round in circles.
  it.each<[string, (x: number) => number, (x: number) => number, number, number]>([
    ['4 - 2x', (x) => 4 - 2 * x, () => -2, -3, 2],
    ['exp(-x) - 2', (x) => Math.exp(-x) - 2, (x) => -Math.exp(-x), -20, -Math.LN2],
    ['-atan(x - 3)', (x) => -Math.atan(x - 3), (x) => -1 / (1 + (x - 3) ** 2), 100, 3],
    ['-sign(x) sqrt |x|', (x) => -Math.sign(x) * Math.sqrt(Math.abs(x)), (x) => -1 / 2 / Math.sqrt(Math.abs(x)), 7, 0],
  ])('of %s', (_, value, derivative, start, root) => {
    expect(safeguardedNewton((x) => ({ value: value(x), slope: derivative(x) }), start)).toBeCloseTo(root, 10);
  });

  it('is where it jumps through zero, whatever its slope', () => {
    for (const slope of [-1e-9, -1, 0, Number.NaN])
      expect(safeguardedNewton((x) => ({ value: x < 5 ? 1 : -1, slope }), 0)).toBeCloseTo(5, 10);
  });

  it('is NaN where there is none, and where the function is', () => {
    let calls = 0;
    const positive = () => {
      calls += 1;
      return { value: 1, slope: -1 };
    };
    expect(safeguardedNewton(positive, 0)).toBeNaN();
    expect(calls).toBe(200);
    expect(safeguardedNewton(() => ({ value: Number.NaN, slope: -1 }), 0)).toBeNaN();
  });
});
