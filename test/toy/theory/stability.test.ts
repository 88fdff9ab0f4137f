import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { equilibriumModes, relativeModeAngle } from '../../../toy/theory/stability.js';
import { toyStep } from './reference.js';

/** Coordinates x_1, y_1, x_2, y_2 ... after one step and the reflection x -> -x. */
function reflectedStep(alpha: readonly number[], elr: number, point: readonly number[]): number[] {
  const next = toyStep(alpha, elr, {
    x: Float64Array.from(alpha, (_, i) => point[2 * i]!),
    y: Float64Array.from(alpha, (_, i) => point[2 * i + 1]!),
  });
  return alpha.flatMap((_, i) => [-next.x[i]!, next.y[i]!]);
}

/** Eigenvalues of the Jacobian by central differences, at the equilibrium of T4. */
function measuredMultipliers(alpha: readonly number[], k: number): { re: number; im: number }[] {
  const sum = alpha.reduce((total, value) => total + value, 0);
  const angle = Math.acos(1 / k) / 2;
  const point = alpha.flatMap((value) => [Math.sin(angle), Math.cos(angle)].map((c) => c * Math.sqrt(value / sum)));
  const h = 1e-5;
  const columns = point.map((value, j) => {
    const [up, down] = [h, -h].map((by) => reflectedStep(alpha, k / sum, point.with(j, value + by)));
    return up!.map((coordinate, i) => (coordinate - down![i]!) / (2 * h));
  });
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(new Matrix(columns).transpose());
  return realEigenvalues.map((re, i) => ({ re, im: imaginaryEigenvalues[i]! }));
}

/** h^2 times third derivatives (up to hundreds) of the step, magnified by the conditioning of double eigenvalues. */
const ALLOWED = 1e-6;

describe('modes of the equilibrium (T5)', () => {
  it.each([
    [[1, 2, 4], 1.2],
    [[1, 2, 4], 1.5],
    [[1, 2, 4], 3],
    [[1, 3], 1.3],
    [[1, 3], 4],
    [[2], 1.7],
    [[1, 1, 1, 5], 2.2],
  ])('are the eigenvalues of the Jacobian, alpha %j, k = %d', (alpha, k) => {
    const modes = equilibriumModes(k, alpha.length);
    const measured = measuredMultipliers(alpha, k);
    const distance = (to: { re: number; im: number }) =>
      measured.map(({ re, im }) => Math.hypot(re - to.re, im - to.im)).toSorted((a, b) => a - b);
    // Scaling the whole state changes nothing: eigenvalue 0, orthogonal to the sphere.
    expect(distance({ re: 0, im: 0 })[0]).toBeLessThan(ALLOWED);
    expect(distance({ re: modes.common, im: 0 })[0]).toBeLessThan(ALLOWED);
    expect(modes.relative).toHaveLength(alpha.length - 1);
    for (const [i, { re, im }] of modes.relative.entries()) {
      expect(distance({ re, im })[i]).toBeLessThan(ALLOWED);
      expect(distance({ re, im: -im })[i]).toBeLessThan(ALLOWED);
    }
    const neutral = measured.filter(({ re, im }) => Math.abs(Math.hypot(re, im) - 1) < ALLOWED);
    expect(neutral).toHaveLength(2 * (alpha.length - 1));
  });

  it('resonate at k = 2 and k = sqrt 2', () => {
    expect(equilibriumModes(2, 2)).toMatchObject({ common: -0.5 });
    expect(equilibriumModes(2, 2).period).toBeCloseTo(3, 14);
    expect(equilibriumModes(Math.SQRT2, 2).period).toBeCloseTo(4, 14);
  });

  it('has the angle of cos omega = 2/k^2 - 1, also where the cosine is 1 to rounding', () => {
    for (const k of [1.1, 2, 10]) expect(Math.cos(relativeModeAngle(k))).toBeCloseTo(2 / k ** 2 - 1, 14);
    // Near k = 1: omega = sqrt(8 (k - 1)), to a relative error of order k - 1.
    const k = 1 + 2 ** -40;
    expect(Math.abs(relativeModeAngle(k) / Math.sqrt(8 * 2 ** -40) - 1)).toBeLessThan(1e-11);
    expect(relativeModeAngle(1)).toBe(0);
  });

  it('exist from k = 1 on', () => {
    expect(equilibriumModes(1, 1)).toMatchObject({
      common: 1,
      omega: 0,
      relative: [],
      period: Number.POSITIVE_INFINITY,
    });
    expect(() => equilibriumModes(0.9, 2)).toThrow(UsageError);
    expect(() => equilibriumModes(2, 0)).toThrow(UsageError);
  });
});
