import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../../src/numerics/random.js';
import { autocorrelation } from '../../../../src/numerics/statistics/autocorrelation.js';
import { correlatedSeries } from './series.js';

describe('the autocorrelation time', () => {
  it.each([1, 3, 9, 39])('of AR(1) with a time of %d', (time) => {
    const points = 20_000;
    const { time: found, window } = autocorrelation(correlatedSeries(points, time, randomSource(1)));
    // Its relative variance is 2 (2 window + 1) / points (Madras and Sokal); four standard deviations.
    expect(Math.abs(found / time - 1)).toBeLessThan(4 * Math.sqrt((2 * (2 * window + 1)) / points));
    // Five times sum rho + 1/2, which is half the time.
    expect(Math.abs(window - 2.5 * found)).toBeLessThanOrEqual(1 + 0.1 * found);
  });

  it('is 1 of alternating values, which know their mean better than independent ones', () => {
    expect(autocorrelation(Array.from({ length: 50 }, (_, i) => i % 2)).time).toBe(1);
  });

  it('is 1 of equal values, of one and of none', () => {
    for (const values of [new Array<number>(20).fill(0.1), [3], []])
      expect(autocorrelation(values)).toEqual({ time: 1, window: 0 });
  });

  it('is NaN where a value is not finite', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(autocorrelation([1, 2, bad, 4]).time).toBeNaN();
      expect(autocorrelation([bad, bad, bad]).time).toBeNaN();
    }
  });
});
