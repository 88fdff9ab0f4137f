import fc from 'fast-check';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { flattestShares } from '../../../toy/function/flattest-shares.js';
import { sharpnessThreshold } from '../../../toy/function/sharpness.js';
import { sumOfRatios } from '../../../toy/function/toy-function.js';
import { parseToyFunction } from '../../../toy/function/user-function.js';

const thresholdOf = async (expression: string, groups?: string) =>
  sharpnessThreshold((await parseToyFunction(expression, groups)).fn);

/** Exact derivatives at a minimum found to rounding; the shares are optimal to 1e-11. Stated goal: 1e-6. */
const RELATIVE = 1e-8;

describe('threshold from the smallest sharpness (T3)', () => {
  it('is 1 / sum(alpha) for the sum of ratios, at the shares alpha_i / sum(alpha)', () => {
    const alphas = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(alphas, fc.nat(), (alpha, seed) => {
        const sum = alpha.reduce((total, value) => total + value, 0);
        const { threshold, shares, loss, point, minima, lowerBound } = sharpnessThreshold(sumOfRatios(alpha), {
          starts: 4,
          seed,
        });
        expect(Math.abs(threshold * sum - 1)).toBeLessThan(RELATIVE);
        expect(Math.abs(lowerBound / (2 * sum) - 1)).toBeLessThan(RELATIVE);
        shares.forEach((share, i) => {
          expect(Math.abs(share - alpha[i]! / sum)).toBeLessThan(RELATIVE);
          expect(Math.abs(point[2 * i + 1]! ** 2 - share)).toBeLessThan(RELATIVE);
        });
        expect(loss).toBeLessThan(1e-12 * sum);
        expect(minima.map(({ starts }) => starts)).toEqual([4]);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('is 1/4 for two coupled groups', async () => {
    // F = sin^2(a - b) with angles a, b: Hessian 2 [[1, -1], [-1, 1]] at a = b. With shares w its nonzero eigenvalue is
    // 2 / w_1 + 2 / w_2, smallest at w = 1/2: 8, so 2 / 8. Uncoupled blocks alone would give 2 / (2 + 2) = 1/2.
    const { threshold, shares, sharpness } = await thresholdOf('1 - (x1*x2+y1*y2)^2/((x1^2+y1^2)*(x2^2+y2^2))');
    expect(Math.abs(threshold * 4 - 1)).toBeLessThan(RELATIVE);
    expect(Math.abs(sharpness / 8 - 1)).toBeLessThan(RELATIVE);
    expect(Math.abs(shares[0]! - 0.5)).toBeLessThan(RELATIVE);
  });

  it('is 2 over the largest curvature for one group of three coordinates', async () => {
    // Curvatures 2 and 4 at x = y = 0.
    expect(Math.abs((await thresholdOf('(x^2+2*y^2)/(x^2+y^2+z^2)', 'x,y,z')).threshold / 0.5 - 1)).toBeLessThan(
      RELATIVE,
    );
  });

  it('is that of the flattest of connected minima', async () => {
    // Minima: the circle x = 0 with curvature 2 (y^2 + 2 z^2), flattest at z = 0: 2. And x = 1 with curvatures 2 and 4.
    const { threshold, minima } = await thresholdOf('x^2*(y^2+2*z^2)/(x^2+y^2+z^2)^2', 'x,y,z');
    // The square of the shortest step along the valley.
    expect(Math.abs(threshold - 1)).toBeLessThan(1e-7);
    expect(minima[0]!.sharpness).toBeCloseTo(2, 6);
    expect(minima.map(({ starts }) => starts).reduce((sum, starts) => sum + starts)).toBe(16);
  });

  it('counts local minima, and tells their losses', async () => {
    // F = sin^2 a + 0.2 cos a has minima at a = 0 and pi, of curvature 2 -+ 0.2.
    const u = 'x1/sqrt(x1^2+y1^2)';
    const { threshold, minima } = await thresholdOf(`1 - (${u})^2 + 0.2*${u}`);
    expect(Math.abs((threshold * 1.8) / 2 - 1)).toBeLessThan(RELATIVE);
    expect(minima.map(({ loss, sharpness }) => [loss, sharpness].map((value) => value.toFixed(6)))).toEqual([
      ['0.400000', '1.800000'],
      ['0.000000', '2.200000'],
    ]);
  });

  it('is infinite at a minimum flatter than a parabola, and refused at a kink', async () => {
    expect((await thresholdOf('x1^4/(x1^2+y1^2)^2')).threshold).toBe(Number.POSITIVE_INFINITY);
    await expect(thresholdOf('abs(x1)/sqrt(x1^2+y1^2)')).rejects.toThrow(UsageError);
  });
});

describe('flattest shares', () => {
  const groups = [
    { name: '1', start: 0, end: 2 },
    { name: '2', start: 2, end: 3 },
    { name: '3', start: 3, end: 6 },
  ];
  const entries = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 36, maxLength: 36 });
  const positive = (values: readonly number[]) => {
    const factor = Matrix.from1DArray(6, 6, [...values]);
    return factor.mmul(factor.transpose());
  };

  it('are proportional to the top eigenvalues of blocks that are not coupled', () => {
    const { sharpness, shares } = flattestShares(Matrix.diag([1, 3, 2, 5, 0, 1]), groups);
    expect(Math.abs(sharpness / 10 - 1)).toBeLessThan(1e-10);
    [0.3, 0.2, 0.5].forEach((share, i) => {
      expect(Math.abs(shares[i]! - share)).toBeLessThan(1e-10);
    });
  });

  it('come with a bound that proves them the flattest', () => {
    fc.assert(
      fc.property(entries, (values) => {
        const { sharpness, lowerBound } = flattestShares(positive(values), groups);
        // The gap at which the method stops, 1e-11 of the top eigenvalue, and rounding of ill-conditioned inverses.
        expect(sharpness / lowerBound - 1).toBeLessThan(1e-8);
        expect(sharpness / lowerBound - 1).toBeGreaterThan(-1e-8);
      }),
      { numRuns: 50, seed: 1, examples: [[Array.from({ length: 36 }, (_, i) => (i % 6 === 0 ? 1 : 0))]] },
    );
  });
});
