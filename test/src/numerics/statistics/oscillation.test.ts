import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../../src/numerics/random.js';
import { findOscillation } from '../../../../src/numerics/statistics/oscillation.js';
import { binomialError, manySeries } from './series.js';

/** AR(2) with modulus r and angle omega: its autocorrelation is r^k sin(k omega + psi) / sin psi. */
function oscillating(points: number, modulus: number, period: number, seed: number): number[] {
  const random = randomSource(seed);
  const [a, b] = [2 * modulus * Math.cos((2 * Math.PI) / period), -modulus * modulus];
  const values = [0, 0];
  for (let i = 0; i < points + 500; i += 1) values.push(a * values.at(-1)! + b * values.at(-2)! + random.gaussian());
  return values.slice(-points);
}

const significant = (series: readonly (readonly number[])[]) =>
  series
    .map((values) => findOscillation(values, { trials: 99 }))
    .filter((found) => found !== undefined && found.chance <= 0.01);

describe('an oscillation', () => {
  it.each([10, 25, 60])('without noise has its period %d', (period) => {
    const values = Array.from({ length: 1000 }, (_, i) => 3 + 0.1 * Math.cos((2 * Math.PI * i) / period) + 0.001 * i);
    const found = findOscillation(values)!;
    // The weight 1 - k/n of late lags moves the maximum by (P / 2 pi)^2 / n.
    expect(Math.abs(found.period - period)).toBeLessThan(0.15);
    expect(found.chance).toBe(0.005);
    expect(found.swing).toBeGreaterThan(1.8);
  });

  it.each([
    [15, 0.98],
    [40, 0.99],
  ])('driven by noise, of period %d and modulus %d, is found with its period', (period, modulus) => {
    const found = significant(Array.from({ length: 6 }, (_, seed) => oscillating(1200, modulus, period, seed)));
    expect(found.length).toBe(6);
    const periods = found.map((each) => each!.period).sort((a, b) => a - b);
    // The phase wanders: sqrt of the correlation time over the length, about 15% of a radian a period at these moduli.
    expect(Math.abs(periods[3]! / period - 1)).toBeLessThan(0.05);
    expect(periods.every((each) => Math.abs(each / period - 1) < 0.15)).toBe(true);
  });

  it('of means of pieces, where a series is long', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => Math.sin((2 * Math.PI * i) / 100));
    expect(Math.abs(findOscillation(values)!.period - 100)).toBeLessThan(1);
  });

  it.each([
    [300, 1],
    [1000, 60],
    [2000, 250],
  ])('is found in one of a hundred series of %d points without one, of correlation time %d', (points, time) => {
    const count = 60;
    const share = significant(manySeries(count, points, time)).length / count;
    expect(share).toBeLessThanOrEqual(0.01 + 3 * binomialError(0.01, count));
  });

  it('is not looked for where there is nothing to see', () => {
    expect(findOscillation(new Array<number>(31).fill(1))).toBeUndefined();
    expect(findOscillation(new Array<number>(100).fill(1))).toBeUndefined();
    expect(findOscillation(Array.from({ length: 100 }, (_, i) => i))).toBeUndefined();
    expect(
      findOscillation(Array.from({ length: 100 }, (_, i) => (i === 5 ? Number.NaN : Math.sin(i)))),
    ).toBeUndefined();
  });
});
