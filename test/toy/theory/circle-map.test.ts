import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { circleMap, convergenceFactor, periodTwoOrbit, stepsToLoss } from '../../../toy/theory/circle-map.js';
import { drawsFrom, relativeError } from './numbers.js';
import { toyStep } from './reference.js';

const { between, random } = drawsFrom(1);

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

/** Steps of a run from one loss to another, in units of alpha. */
function countSteps(k: number, start: number, target: number): number {
  let r = Math.sqrt(start / (1 - start));
  let steps = 0;
  for (; (r * r) / (1 + r * r) > target; steps++) r = (r * (1 - 2 * k + r * r)) / (1 + (1 + 2 * k) * r * r);
  return steps;
}

describe('steps to a loss (T1)', () => {
  it('are those of a run, rounded up, from losses below alpha / 100 at random k below 0.9', () => {
    for (let trial = 0; trial < 500; trial++) {
      const k = between(0.01, 0.9);
      const start = Math.min(0.01, 0.1 * Math.abs(1 - 2 * k)) * Math.exp(-between(0, 5));
      const target = start * Math.exp(-between(0.1, 60));
      const late = countSteps(k, start, target) - stepsToLoss(k, start, target);
      // The next order, u^2, moves a run by this part of a step; rounding up by up to one.
      expect(late).toBeGreaterThan(-0.02);
      expect(late).toBeLessThan(1.02);
    }
  });

  it('are within 1 + 0.4 log(start / target) of a run from k = 0.9 to k = 1, where they are up to a million', () => {
    for (const k of [...Array.from({ length: 60 }, () => between(0.9, 1)), 1 - 1e-4, 1 - 1e-7, 1 - 1e-9, 1]) {
      const start = 0.01 * Math.exp(-between(0, 4));
      const target = Math.max(start * Math.exp(-between(1, 40)), 1e-7 / (1 + 1e5 * (1 - k)));
      const count = countSteps(k, start, target);
      expect(Math.abs(count - stepsToLoss(k, start, target))).toBeLessThan(1 + 0.4 * Math.log(start / target));
    }
  });

  it('are cubic at k = 1/2, from any start in its basin', () => {
    for (let trial = 0; trial < 50; trial++) {
      const start = between(0.001, 0.5);
      const target = start * 10 ** -between(1, 280);
      const late = countSteps(0.5, start, target) - stepsToLoss(0.5, start, target);
      // The depth -log r of the start is known to its first term, 0.06 steps at r = 1.
      expect(late).toBeGreaterThan(-0.06);
      expect(late).toBeLessThan(1.06);
    }
    // By hand: r = 0.1 has depth log 10 + log(1.02) / 3 = 2.3092, and 1e-60 of the loss 30 log 10.
    expect(stepsToLoss(0.5, 1 / 101, 1e-60)).toBeCloseTo(Math.log(69.0776 / 2.3092) / Math.log(3), 4);
  });

  it('go over into each other at k = 1, and do not count without a fall', () => {
    expect(relativeError(stepsToLoss(1 - 1e-12, 0.01, 1e-4), stepsToLoss(1, 0.01, 1e-4))).toBeLessThan(1e-7);
    expect(stepsToLoss(1, 0.01, 1e-4)).toBeCloseTo(9900 / 8, 9);
    for (const k of [0.2, 0.5, 0.8, 1]) expect(stepsToLoss(k, 0.01, 0.01)).toBeCloseTo(0, 15);
  });

  it('reject what does not converge', () => {
    for (const k of [0, -1, 1.01, Number.NaN]) expect(() => stepsToLoss(k, 0.1, 0.01)).toThrow(/^.*allowed: .*$/);
    for (const [start, target] of [
      [0.1, 0.2],
      [1, 0.1],
      [0.1, 0],
      [Number.NaN, 0.1],
    ] as const)
      expect(() => stepsToLoss(0.3, start, target)).toThrow(UsageError);
    expect(() => stepsToLoss(0.5, 0.6, 0.1)).toThrow(UsageError);
  });
});

describe('convergence of runs at random parameters (T1)', () => {
  it('shrinks tan theta by the factor, over the steps it takes', () => {
    for (let trial = 0; trial < 40; trial++) {
      const k = between(0.02, 0.98);
      let angle = 1e-9;
      for (let t = 0; t < 5; t++) angle -= Math.atan(k * Math.sin(2 * angle));
      // The next order is 1e-18; rounding of angle - arctan, relative to what remains of it.
      const allowed = 1e-14 / convergenceFactor(k);
      expect(relativeError(Math.abs(Math.tan(angle)) / 1e-9, convergenceFactor(k) ** 5)).toBeLessThan(allowed);
    }
  });
});

describe('the period-2 orbit (T2)', () => {
  it('is what runs end in at random parameters, to 1e-12', () => {
    for (let trial = 0; trial < 40; trial++) {
      const [alpha, k] = [between(0.2, 5), between(1.02, 8)];
      const orbit = periodTwoOrbit(alpha, k);
      let angle = between(0.1, 1.4) * (random.uniform() < 0.5 ? 1 : -1);
      // The slowest factors, 2/k^2 - 1 = 0.92 and -0.97: 0.97^2000 = 1e-26.
      for (let t = 0; t < 2000; t++) angle -= Math.atan(k * Math.sin(2 * angle));
      // Rounding of losses and steps up to 8.
      const allowed = 1e-12;
      const step = Math.abs(k * Math.sin(2 * angle));
      expect(Math.abs(Math.abs(Math.tan(angle)) - orbit.tangent)).toBeLessThan(allowed);
      expect(Math.abs(alpha * Math.sin(angle) ** 2 - orbit.loss)).toBeLessThan(allowed);
      expect(Math.abs((alpha / k) * step - orbit.egn)).toBeLessThan(allowed);
      expect(Math.abs(step - orbit.ess)).toBeLessThan(allowed);
    }
  });

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
