import { describe, expect, it } from 'vitest';
import { valleyOf } from '../../../src/readings/valley.js';

/** The toy with one group, F = alpha sin^2 theta, at angle theta from its bottom; its gradient is alpha sin 2 theta. */
const toy = (alpha: number, elr: number, theta: number) => ({
  elr,
  loss: alpha * Math.sin(theta) ** 2,
  bottom: 0,
  cosine: Math.cos(theta),
  slope: alpha * Math.sin(2 * theta) * Math.sin(theta),
  squaredEgn: (alpha * Math.sin(2 * theta)) ** 2,
});

describe('a valley', () => {
  it('has degree 2 and its distance near the bottom of the toy, where a run without noise falls', () => {
    const { distance, degree, balance } = valleyOf(toy(1, 0.2, 1e-3));
    expect(distance).toBeCloseTo(1e-3, 9);
    // 2 cos theta.
    expect(degree).toBeCloseTo(2, 5);
    // Steps of the toy near its bottom are 2k times the distance, so the balance is 1 / k; to second order in theta. The root of 1 + 1e-7
    // less 1 leaves nine digits.
    expect(balance).toBeCloseTo(1 / 0.2, 4);
  });

  it.each([1.01, 1.5, 3, 20])('is in balance on the orbit of T4 at k = %d', (k) => {
    const theta = Math.acos(Math.sqrt((1 + 1 / k) / 2));
    const { degree, balance } = valleyOf(toy(2, k / 2, theta));
    expect(balance).toBeCloseTo(1, 10);
    expect(degree).toBeCloseTo(2 * Math.cos(theta), 12);
  });

  it('says nothing of the balance a quarter turn from the bottom, and of the degree on its level', () => {
    expect(valleyOf({ ...toy(1, 2, 0.5), cosine: 0 }).balance).toBeNaN();
    expect(valleyOf({ ...toy(1, 2, 0.5), bottom: Math.sin(0.5) ** 2 }).degree).toBe(Number.POSITIVE_INFINITY);
    expect(valleyOf({ ...toy(1, 2, 0.5), slope: Number.NaN }).degree).toBeNaN();
  });
});
