import { describe, expect, it } from 'vitest';
import { mean } from '../../../../src/numerics/means.js';
import { blockMeans, linearDecline } from '../../../../src/numerics/statistics/linear-decline.js';
import { manySeries } from './series.js';

describe('the fall of a straight line', () => {
  it('is that of the values, exactly where they lie on one', () => {
    const { decline, error } = linearDecline(Array.from({ length: 16 }, (_, i) => 5 - 0.25 * i));
    expect(decline).toBeCloseTo(4, 12);
    expect(error).toBeLessThan(1e-12);
    expect(linearDecline(new Array<number>(8).fill(0.1)).decline).toBeCloseTo(0, 12);
    expect(linearDecline([1, Number.NaN, 1, 1]).decline).toBeNaN();
  });

  it('of values 0, 0, 0, 1 by hand', () => {
    // Slope sum (i - 1.5) x_i / 5 = 0.3; residuals 0.2, -0.1, -0.4, 0.3, squares 0.3; neighbours -0.02 + 0.04 - 0.12 = -0.1,
    // r = (4 x (-1/3) + 2) / 1 = 2/3: widened by sqrt(5); 4 sqrt(0.3 / 2 / 5) sqrt(5).
    const { decline, error, degrees } = linearDecline([0, 0, 0, 1]);
    expect(decline).toBeCloseTo(-1.2, 12);
    expect(error).toBeCloseTo(4 * Math.sqrt(0.15), 12);
    expect(degrees).toBe(4);
  });

  // Autocorrelation times of blocks: independent ones, and r = 0.5.
  it.each([1, 3])('has the error that many series of 16 values have, or a larger one: time %d', (time) => {
    const found = manySeries(500, 16, time).map(linearDecline);
    const scatter = Math.sqrt(mean(found.map(({ decline }) => decline ** 2)));
    const typical = Math.sqrt(mean(found.map(({ error }) => error ** 2)));
    expect(typical / scatter).toBeGreaterThan(0.9);
    expect(typical / scatter).toBeLessThan(2);
  });
});

it('blocks are equal and leave out what does not fill one at the start', () => {
  expect(blockMeans([9, 1, 3, 5, 7], 2)).toEqual([2, 6]);
  expect(blockMeans([1, 2], 0)).toEqual([]);
});
