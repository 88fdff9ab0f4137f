import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { drawFactor } from '../../../toy/dynamics/multiplicative-noise.js';
import {
  multiplicativeSameBatchSharpness,
  phaseSameBatchSharpness,
  pointSameBatchSharpness,
  settledSameBatchSharpness,
} from '../../../toy/theory/same-batch-sharpness.js';
import { relativeError } from './numbers.js';
import { randomState, toyGradient, toyLoss } from './reference.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const alphas = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 });

describe('the same-batch sharpness of the plain toy', () => {
  it('is elr / 2 times the second over the first derivative of the loss along its gradient', () => {
    const [alpha, elr] = [[1, 2, 4], 0.3];
    for (const seed of [1, 2, 3, 4]) {
      const state = randomState(3, seed);
      const gradient = toyGradient(alpha, state);
      const shares = Array.from(state.x, (x, i) => x ** 2 + state.y[i]! ** 2);
      const angles = Array.from(state.x, (x, i) => Math.atan2(x, state.y[i]!));
      const loss = (t: number): number =>
        toyLoss(alpha, {
          x: state.x.map((x, i) => x - t * gradient.x[i]!),
          y: state.y.map((y, i) => y - t * gradient.y[i]!),
        });
      // In units in which the step is of order 1, h = 1e-4: truncation h^2, rounding 1e-16 / h^2, both about 1e-8.
      const h = 1e-4 * Math.min(...shares);
      const slope = (loss(-h) - loss(h)) / (2 * h);
      const curvature = (loss(h) - 2 * loss(0) + loss(-h)) / (h * h);
      const found = pointSameBatchSharpness(alpha, elr, { angles, shares });
      expect(Math.abs(found - (elr * curvature) / (2 * slope))).toBeLessThan(1e-4 * Math.abs(found) + 1e-4);
    }
  });

  it('is k at the minimum and 1 on the orbit of T4, where the point form has the same', () => {
    fc.assert(
      fc.property(alphas, fc.double({ min: -2, max: 2, noNaN: true }), (alpha, exponent) => {
        const k = 10 ** exponent;
        const elr = k / sum(alpha);
        const shares = alpha.map((value) => value / sum(alpha));
        const theta = k > 1 ? Math.acos(1 / k) / 2 : 1e-6;
        const found = pointSameBatchSharpness(alpha, elr, { angles: alpha.map(() => theta), shares });
        expect(relativeError(found, Math.min(k, 1))).toBeLessThan(1e-11 + 1e-14 * k);
        expect(relativeError(settledSameBatchSharpness(alpha, elr), Math.min(k, 1))).toBeLessThan(1e-14);
      }),
    );
  });
});

/** The circle map of T11 written out; H_a of the displaced batch along its own gradient, by the derivatives of alpha sin^2. */
function onFloor(k: number, sigma: number): number {
  const random = randomSource(7, 0);
  let theta = 0;
  let [slope, curvature] = [0, 0];
  for (let step = 0; step < 400_000; step += 1) {
    const phi = theta + sigma * random.gaussian();
    const gradient = Math.sin(2 * phi);
    slope += gradient ** 2;
    curvature += gradient ** 2 * 2 * Math.cos(2 * phi);
    theta -= Math.atan(k * gradient);
  }
  return (k * curvature) / (2 * slope);
}

describe('on the floor of additive noise (T11)', () => {
  // The correction is 2 E phi^4 / E phi^2. Its own next order is that of the floor (`phaseNoiseCorrection`), 1% to 3% of it here, and
  // 400,000 steps know fourth moments to 1%.
  it.each([
    [0.2, 0.05],
    [0.5, 0.04],
    [0.8, 0.015],
  ])('it is k (1 - 6 sigma^2 / (1 - k)), below 1: k = %s, sigma = %s', (k, sigma) => {
    const correction = (6 * sigma ** 2) / (1 - k);
    expect(correction).toBeGreaterThan(0.006);
    const found = onFloor(k, sigma);
    expect(Math.abs(found / phaseSameBatchSharpness(1, k, sigma) - 1)).toBeLessThan(0.05 * correction);
    expect(Math.abs(found / k - 1)).toBeGreaterThan(0.8 * correction);
  });

  it('has no form from k = 1 on', () => {
    expect(() => phaseSameBatchSharpness(1, 1, 0.01)).toThrow(UsageError);
  });
});

describe('with multiplicative noise (T10)', () => {
  /** 400,000 draws know E s^3 of these laws to 1% (exponential: deviation 26 of 6). */
  it.each([
    ['bernoulli', 2],
    ['exponential', 2],
    ['lognormal', 1.2],
  ] as const)('it is k E s^3 / E s^2, %s', (law, secondMoment) => {
    const random = randomSource(3, 0);
    let [second, third] = [0, 0];
    for (let i = 0; i < 400_000; i += 1) {
      const s = drawFactor(law, secondMoment, random);
      second += s * s;
      third += s ** 3;
    }
    const found = multiplicativeSameBatchSharpness(2, 0.25, { law, secondMoment });
    expect(Math.abs(found / ((0.5 * third) / second) - 1)).toBeLessThan(0.03);
  });

  it('is 1 at the mean-square threshold 1 / m of Bernoulli noise, above it at that of the others', () => {
    expect(multiplicativeSameBatchSharpness(1, 1 / 4, { law: 'bernoulli', secondMoment: 4 })).toBe(1);
    expect(multiplicativeSameBatchSharpness(1, 1 / 2, { law: 'exponential', secondMoment: 2 })).toBe(1.5);
    expect(multiplicativeSameBatchSharpness(1, 1 / 4, { law: 'lognormal', secondMoment: 4 })).toBe(4);
  });
});
