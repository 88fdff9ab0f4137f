import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketMeansOf, decimate, smooth } from '../../../tui/figure/decimate.js';

const pointsOf = (values: readonly number[]) => values.map((y, x) => ({ x, y }));

describe('decimate', () => {
  it('keeps the lowest and the highest of each bucket, in their order', () => {
    const kept = decimate(pointsOf([5, 1, 2, 9, 3, 3, 8, 0, 4, 4]), 2);
    expect(kept).toEqual([
      { x: 1, y: 1 },
      { x: 3, y: 9 },
      { x: 6, y: 8 },
      { x: 7, y: 0 },
    ]);
  });

  it('never loses the extremes of the whole, and never has more points than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 20 }),
        (values, buckets) => {
          const kept = decimate(pointsOf(values), buckets).map(({ y }) => y);
          expect(Math.min(...kept)).toBe(Math.min(...values));
          expect(Math.max(...kept)).toBe(Math.max(...values));
          expect(kept.length).toBeLessThanOrEqual(Math.max(2 * buckets, 2));
        },
      ),
    );
  });

  it('leaves few points alone, and a gap a gap', () => {
    const few = pointsOf([1, 2, 3, 4]);
    expect(decimate(few, 2)).toBe(few);
    const kept = decimate(pointsOf([1, 2, Number.NaN, 3, 4, 5, 6, 7]), 2);
    expect(kept.map(({ y }) => y)).toEqual([Number.NaN, 4, 7]);
  });
});

describe('bucketMeansOf', () => {
  it('averages both coordinates', () => {
    expect(bucketMeansOf(pointsOf([1, 3, 5, 7]), 2)).toEqual([
      { x: 0.5, y: 2 },
      { x: 2.5, y: 6 },
    ]);
  });
});

describe('smooth', () => {
  it('is a weighted mean of the values so far', () => {
    // Weights 1 and 1/2 for the first two: (4 / 2 + 10) / (1 / 2 + 1).
    expect(smooth([4, 10], 0.5)).toEqual([4, 8]);
    expect(smooth([7, 7, 7], 0.9).every((value) => Math.abs(value - 7) < 1e-12)).toBe(true);
    expect(smooth([1, 2, 3], 0)).toEqual([1, 2, 3]);
  });

  it('passes over what is not finite', () => {
    expect(smooth([4, Number.NaN, 10], 0.5)).toEqual([4, Number.NaN, 8]);
  });
});
