import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import {
  addLog,
  addLogOfOnePlus,
  noLogs,
  noLogsOfOnePlus,
  sumOfLogs,
  sumOfLogsOfOnePlus,
} from '../../../toy/dynamics/log-products.js';

/** Numbers spread over this many powers of 10. */
const numbers = (from: number, to: number, seed: number): number[] => {
  const random = randomSource(seed);
  return Array.from({ length: 5000 }, () => 10 ** (from + (to - from) * random.uniform()));
};

// The product of m factors is off by m roundings of 1.1e-16 of itself, so its logarithm by 6e-13 for 5,000 of them; sums of
// logarithms round by 1.1e-16 of the sum each time, which is the same relative to it.
const TOLERANCE = 1e-12;

describe('sums of logarithms by products are those one by one', () => {
  it.each([
    [-20, -10],
    [-3, 3],
    [100, 250],
    [-200, 290],
  ])('log(1 + x), x from 1e%d to 1e%d', (from, to) => {
    const sums = noLogsOfOnePlus(2);
    const terms = numbers(from, to, 1);
    for (const term of terms) addLogOfOnePlus(sums, 1, term);
    const direct = terms.reduce((sum, term) => sum + Math.log1p(term), 0);
    expect(Math.abs(sumOfLogsOfOnePlus(sums, 1) / direct - 1)).toBeLessThan(TOLERANCE);
    expect(sumOfLogsOfOnePlus(sums, 0)).toBe(0);
  });

  it.each([
    [-3, 2],
    [-300, -100],
    [-100, 250],
  ])('log(x), x from 1e%d to 1e%d', (from, to) => {
    const sums = noLogs(2);
    const factors = numbers(from, to, 2);
    for (const factor of factors) addLog(sums, 1, factor);
    const direct = factors.reduce((sum, factor) => sum + Math.log(factor), 0);
    // Positive and negative logarithms cancel, their roundings do not.
    const size = factors.reduce((sum, factor) => sum + Math.abs(Math.log(factor)), 0);
    expect(Math.abs(sumOfLogs(sums, 1) - direct) / size).toBeLessThan(TOLERANCE);
    expect(sumOfLogs(sums, 0)).toBe(0);
  });

  it('keep what is not a number, or has none', () => {
    const [ones, plain] = [noLogsOfOnePlus(1), noLogs(1)];
    addLogOfOnePlus(ones, 0, Number.POSITIVE_INFINITY);
    addLog(plain, 0, 0);
    expect(sumOfLogsOfOnePlus(ones, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(sumOfLogs(plain, 0)).toBe(Number.NEGATIVE_INFINITY);
    addLogOfOnePlus(ones, 0, Number.NaN);
    addLog(plain, 0, Number.NaN);
    expect(sumOfLogsOfOnePlus(ones, 0)).toBeNaN();
    expect(sumOfLogs(plain, 0)).toBeNaN();
  });
});
