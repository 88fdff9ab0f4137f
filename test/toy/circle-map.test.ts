import { all, create } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/usage-error.js';
import {
  circleMap,
  convergenceFactor,
  orbitLyapunovExponent,
  orbitMultiplier,
  periodTwoOrbit,
} from '../../toy/circle-map.js';
import { toyStep } from '../../toy/dynamics.js';

const math = create(all!, { number: 'BigNumber', precision: 64 });
/** The exact value of a double in 1..2. */
const exactly = (k: number) => math.divide(math.bignumber(String(k * 2 ** 52)), math.pow(math.bignumber(2), 52));
const evaluate = (formula: string, k: number): number => Number(math.evaluate(formula, { k: exactly(k) }).toString());
const relativeError = (value: number, truth: number): number => Math.abs(value / truth - 1);

describe('the circle map', () => {
  it.each([
    [0.75, 0.5],
    [-0.2, 0.9],
    [5, 1.3],
    [-1e3, 4],
    [0.01, 30],
  ])('is the step of the model at r = %d, k = %d', (r, k) => {
    const angle = Math.atan(r);
    const start = { x: Float64Array.of(Math.sin(angle)), y: Float64Array.of(Math.cos(angle)) };
    const next = toyStep([2], k / 2, start);
    // r = 1e3 has an angle near pi/2, whose cosine is known to 1e-13.
    expect(relativeError(circleMap(r, k), next.x[0]! / next.y[0]!)).toBeLessThan(1e-12);
    expect(relativeError(circleMap(r, k), Math.tan(angle - Math.atan(k * Math.sin(2 * angle))))).toBeLessThan(1e-11);
  });

  it('is r^3 / (1 + 2 r^2) at k = 1/2', () => {
    expect(circleMap(0.75, 0.5)).toBeCloseTo(0.421875 / 2.125, 15);
    expect(circleMap(3, 0.5)).toBeCloseTo(27 / 19, 14);
  });

  it('has the minimum and the maximum as fixed points', () => {
    expect(circleMap(0, 3)).toBeCloseTo(0, 15);
    expect(circleMap(Number.POSITIVE_INFINITY, 3)).toBe(Number.POSITIVE_INFINITY);
    // Beyond the square root of the largest double: r / (1 + 2k) to rounding.
    expect(relativeError(circleMap(1e200, 2), 1e200 / 5)).toBeLessThan(1e-15);
  });
});

describe('convergence (T1)', () => {
  it.each([0.1, 0.3, 0.5, 0.9, 1.2])('shrinks r by |1 - 2k| a step near the minimum, k = %d', (k) => {
    // r = 1e-9: the next order is r^2.
    expect(Math.abs(circleMap(1e-9, k)) / 1e-9).toBeCloseTo(convergenceFactor(k), 14);
  });

  it('is sublinear at k = 1: r ~ (8t)^(-1/2)', () => {
    let r = 1;
    // theta = pi/4 goes to the minimum in one step; start elsewhere.
    r = 0.3;
    const steps = 100_000;
    for (let t = 0; t < steps; t++) r = circleMap(r, 1);
    // 1/r^2 = 8t + O(log t), here 8e5 + some tens.
    expect(relativeError(Math.abs(r), 1 / Math.sqrt(8 * steps))).toBeLessThan(1e-4);
  });
});

describe('the period-2 orbit (T2)', () => {
  it.each([1.001, 1.1, Math.SQRT2, 2, 7, 100])('is mapped to its mirror image at k = %d', (k) => {
    const { tangent, angle } = periodTwoOrbit(3, k);
    // The numerator r^2 + 1 - 2k of the map loses digits as 1 / (k - 1).
    expect(relativeError(circleMap(tangent, k), -tangent)).toBeLessThan(1e-12);
    expect(Math.cos(2 * angle)).toBeCloseTo(1 / k, 14);
  });

  it.each([1.2, Math.SQRT2, 2, 5])('attracts with the multiplier and exponent of the closed form, k = %d', (k) => {
    const { tangent, multiplier, lyapunov } = periodTwoOrbit(1, k);
    const h = 1e-6;
    const slope = -(circleMap(tangent + h, k) - circleMap(tangent - h, k)) / (2 * h);
    // Central differences: h^2 = 1e-12 times the third derivative (hundreds at k = 5), rounding 1e-16 / h.
    expect(Math.abs(slope - multiplier)).toBeLessThan(2e-9);
    expect(multiplier).toBeCloseTo(2 / k ** 2 - 1, 14);
    if (k !== Math.SQRT2) expect(lyapunov).toBeCloseTo(Math.log(Math.abs(slope)), 7);
    else expect(lyapunov).toBeLessThan(-30);
  });

  it('is what a run ends in, to 1e-12', () => {
    for (const k of [1.1, 2, 4]) {
      const alpha = 3;
      const orbit = periodTwoOrbit(alpha, k);
      let r = 0.37;
      // The slowest factor, 2/k^2 - 1 = -0.875 at k = 4: 0.875^400 = 1e-23.
      for (let t = 0; t < 400; t++) r = circleMap(r, k);
      expect(Math.abs(Math.abs(r) - orbit.tangent)).toBeLessThan(1e-12);
      const angle = Math.atan(r);
      expect(Math.abs(alpha * Math.sin(angle) ** 2 - orbit.loss)).toBeLessThan(1e-12);
      expect(Math.abs(alpha * Math.abs(Math.sin(2 * angle)) - orbit.egn)).toBeLessThan(1e-12);
      expect(Math.abs(k * Math.abs(Math.sin(2 * angle)) - orbit.ess)).toBeLessThan(1e-12);
    }
  });

  it.each([1e-13, 1e-11, 1e-9, 0.2])('keeps all digits at k = 1 + %d', (excess) => {
    const k = 1 + excess;
    // Rounding of the few operations of each form.
    const allowed = 1e-15;
    expect(relativeError(periodTwoOrbit(1, k).tangent, evaluate('sqrt((k - 1) / (k + 1))', k))).toBeLessThan(allowed);
    expect(relativeError(orbitLyapunovExponent(k), evaluate('log(abs(2 / k^2 - 1))', k))).toBeLessThan(allowed);
    expect(relativeError(1 - orbitMultiplier(k), evaluate('2 - 2 / k^2', k))).toBeLessThan(
      // 1 - multiplier subtracts again: one rounding of 1 relative to the result.
      allowed + 2.3e-16 / (4 * excess),
    );
  });

  it('keeps the exponent for large k, where the multiplier rounds to -1', () => {
    expect(relativeError(orbitLyapunovExponent(1e9), -2e-18)).toBeLessThan(1e-15);
  });

  it('merges with the minimum at k = 1 and does not exist below', () => {
    expect(periodTwoOrbit(2, 1)).toEqual({
      tangent: 0,
      angle: 0,
      loss: 0,
      egn: 0,
      ess: 0,
      multiplier: 1,
      lyapunov: -0,
    });
    for (const k of [0.999, -1, Number.NaN]) expect(() => periodTwoOrbit(1, k)).toThrow(UsageError);
  });
});
