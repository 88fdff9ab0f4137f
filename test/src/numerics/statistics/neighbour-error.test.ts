import { describe, expect, it } from 'vitest';
import { standardError } from '../../../../src/numerics/means.js';
import { randomSource } from '../../../../src/numerics/random.js';
import { neighbourError } from '../../../../src/numerics/statistics/neighbour-error.js';

describe('the error of values that each share something with the next', () => {
  it('is by hand: variance over n, widened by the correlation of neighbours', () => {
    // Deviations -3 -1 1 3: squares 20, products of neighbours 3 - 1 + 3 = 5; r = 5 * 4 / (20 * 3) = 1/3.
    // s^2 / n = 20 / 3 / 4; times 1 + 2/3 * 3/4 = 1.5.
    expect(neighbourError([2, 4, 6, 8])).toBeCloseTo(Math.sqrt((20 / 12) * 1.5), 14);
    // Deviations -1 -1 1 1: squares 4, products 1 - 1 + 1 = 1; r = 1 / 3.
    expect(neighbourError([0, 0, 2, 2])).toBeCloseTo(Math.sqrt((4 / 12) * 1.5), 14);
  });

  it('counts no correlation above 1/2, and none below 0', () => {
    // Deviations -2 -2 -2 2 2 2: squares 24, products 4 + 4 - 4 + 4 + 4 = 12; r = 12 * 6 / (24 * 5) = 0.6, counted as 1/2.
    expect(neighbourError([0, 0, 0, 4, 4, 4])).toBeCloseTo(Math.sqrt((24 / 30) * (1 + 5 / 6)), 14);
    const alternating = [1, -1, 1, -1, 1];
    expect(neighbourError(alternating)).toBe(standardError(alternating));
    expect(neighbourError([1, 5])).toBe(standardError([1, 5]));
  });

  it('is 0 of equal values, NaN of one or none, or of what is not finite', () => {
    expect(neighbourError([3, 3, 3])).toBe(0);
    expect(neighbourError([3])).toBeNaN();
    expect(neighbourError([])).toBeNaN();
    expect(neighbourError([1, Number.NaN, 2])).toBeNaN();
  });

  /**
   * Products x_t y_(t+1) of a chain with mean 1 and deviation 1: neighbours correlate by 1/3. Mean squared error of 400 means of
   * 32 against that predicted, whose scatter is sqrt(2 / 400) of it, 7%; clipping at 0 and subtracting the mean cost a few percent.
   */
  it('covers the scatter of products along a chain, where that of independent values does not', () => {
    const random = randomSource(7);
    let [squares, predicted, independent] = [0, 0, 0];
    for (let trial = 0; trial < 400; trial += 1) {
      const chain = Array.from({ length: 33 }, () => 1 + random.gaussian());
      const products = chain.slice(1).map((value, i) => value * chain[i]!);
      squares += (products.reduce((total, value) => total + value, 0) / 32 - 1) ** 2;
      predicted += neighbourError(products) ** 2;
      independent += standardError(products) ** 2;
    }
    expect(Math.abs(predicted / squares - 1)).toBeLessThan(0.2);
    expect(independent / squares).toBeLessThan(0.75);
  });
});
