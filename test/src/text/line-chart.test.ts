import { describe, expect, it } from 'vitest';
import { stretched } from '../../../src/text/line-chart.js';

describe('straight lines between values', () => {
  it('go through the values', () => {
    expect(stretched([0, 2, 6], 5)).toEqual([0, 1, 2, 4, 6]);
    expect(stretched([0, 2, 6], 3)).toEqual([0, 2, 6]);
    expect(stretched([1, 3], 2)).toEqual([1, 3]);
  });

  it('of one value, or at one place, are that value', () => {
    expect(stretched([7], 3)).toEqual([7, 7, 7]);
    expect(stretched([7, 8], 1)).toEqual([7]);
  });

  it('end before a value that is not finite', () => {
    expect(stretched([1, Number.NaN, 3], 5)).toEqual([1, Number.NaN, Number.NaN, Number.NaN, 3]);
    expect(stretched([1, Number.POSITIVE_INFINITY], 3)).toEqual([
      1,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });
});
