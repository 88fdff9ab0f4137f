import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import {
  eigenvalues,
  equilibriumMultipliers,
  equilibriumPoint,
  predictedMultipliers,
  tangentJacobian,
} from '../../../toy/chaos/spectrum.js';
import { sumOfRatios } from '../../../toy/function/toy-function.js';

const random = randomSource(11);
const cases = [2, 3, 4, 5, 6].flatMap((groups) =>
  [1, 2, 3].map(() => ({
    alpha: Array.from({ length: groups }, () => 0.1 + 5 * random.uniform()),
    k: 1.05 * (20 / 1.05) ** random.uniform(),
  })),
);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('multipliers at the equilibrium', () => {
  it.each(cases)('of modulus 1 but for the common one, alpha $alpha, k = $k (T5)', ({ alpha, k }) => {
    const found = equilibriumMultipliers(alpha, k / sum(alpha));
    const neutral = [...found].sort((a, b) => Math.abs(a.abs - 1) - Math.abs(b.abs - 1)).slice(0, 2 * alpha.length - 2);
    for (const { abs } of neutral) expect(Math.abs(abs - 1)).toBeLessThan(1e-10);
  });

  it.each(cases)('are those in closed form, alpha $alpha, k = $k', ({ alpha, k }) => {
    const elr = k / sum(alpha);
    const found = equilibriumMultipliers(alpha, elr);
    const predicted = predictedMultipliers(alpha, elr);
    expect(found).toHaveLength(2 * alpha.length - 1);
    // Exact Jacobian, semisimple eigenvalues: rounding times k.
    found.forEach(({ re, im }, i) => {
      expect(Math.hypot(re - predicted[i]!.re, im - predicted[i]!.im)).toBeLessThan(1e-9);
    });
  });

  it('below the threshold are 1 - 2k of each group and 1 of each share', () => {
    const found = equilibriumMultipliers([1, 2, 4], 0.1).map(({ re }) => re);
    [1, 1, -0.4, -0.4, -0.4].forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 12);
    });
  });

  it('exist for one group too: 2/k^2 - 1', () => {
    const [only, ...others] = equilibriumMultipliers([3], 0.5);
    expect(others).toEqual([]);
    expect(only!.re).toBeCloseTo(2 / 2.25 - 1, 13);
  });

  it('of two steps are the squares of those of one with the reflection: the orbit has period 2', () => {
    const alpha = [1, 2, 4];
    const elr = 1.3 / 7;
    const two = eigenvalues(tangentJacobian(sumOfRatios(alpha), elr, equilibriumPoint(alpha, elr), 2));
    const modulus = (re: number, im: number): number => re * re + im * im;
    const expected = equilibriumMultipliers(alpha, elr).map(({ re, im }) => modulus(re, im));
    two.forEach(({ abs }, i) => {
      expect(abs).toBeCloseTo(expected[i]!, 9);
    });
  });
});
