import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { extremeEigenvalues } from '../../../../src/numerics/eigen/extreme-eigenvalues.js';
import { Lanczos } from '../../../../src/numerics/eigen/lanczos.js';
import { gaussianVector, norm, type SymmetricOperator } from '../../../../src/numerics/eigen/operator.js';
import { ritzValues } from '../../../../src/numerics/eigen/ritz.js';
import { smoothDensity, spectralMeasure } from '../../../../src/numerics/eigen/spectral-density.js';
import { estimateTrace } from '../../../../src/numerics/eigen/trace.js';
import { randomSource } from '../../../../src/numerics/random.js';
import { dot } from '../../../../src/numerics/series.js';

const operatorOf = (matrix: Matrix): SymmetricOperator => ({
  size: matrix.rows,
  apply: async (vector) => Float64Array.from(matrix.mmul(Matrix.columnVector(Array.from(vector))).getColumn(0)),
});

/** Symmetric with normal entries. */
function randomMatrix(size: number, seed: number): Matrix {
  const random = randomSource(seed);
  const half = new Matrix(Array.from({ length: size }, () => Array.from({ length: size }, () => random.gaussian())));
  return half.add(half.transpose());
}

const denseEigenvalues = (matrix: Matrix): number[] =>
  new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues.sort((a, b) => b - a);

const diagonal = (values: readonly number[]): SymmetricOperator => ({
  size: values.length,
  apply: async (vector) => vector.map((value, i) => value * values[i]!),
});

/** Tolerances of 1e-9 relative: rounding of doubles, amplified by the size of the matrices. */
describe('the Lanczos process', () => {
  it('keeps an orthonormal basis in which the matrix is tridiagonal', async () => {
    const matrix = randomMatrix(40, 1);
    const lanczos = new Lanczos(operatorOf(matrix), gaussianVector(40, randomSource(2)));
    for (let i = 0; i < 30; i += 1) await lanczos.step();
    const { basis, diagonal: middle, beside } = lanczos;
    for (const [i, a] of basis.entries()) {
      for (const [j, b] of basis.entries()) {
        expect(Math.abs(dot(a, b) - Number(i === j))).toBeLessThan(1e-12);
        const image = await operatorOf(matrix).apply(b);
        const expected = i === j ? middle[i]! : Math.abs(i - j) === 1 ? beside[Math.min(i, j)]! : 0;
        expect(Math.abs(dot(a, image) - expected)).toBeLessThan(1e-10);
      }
    }
  });

  it('finds all eigenvalues of a small matrix in as many steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 1e6 }), async (size, seed) => {
        const matrix = randomMatrix(size, seed);
        const lanczos = new Lanczos(operatorOf(matrix), gaussianVector(size, randomSource(seed, 1)));
        while (!lanczos.isComplete) await lanczos.step();
        const dense = denseEigenvalues(matrix);
        const found = ritzValues(lanczos);
        expect(found.length).toBe(size);
        for (const [i, { value, bound }] of found.entries()) {
          expect(Math.abs(value - dense[i]!)).toBeLessThan(1e-9 * Math.max(1, Math.abs(dense[0]!)));
          expect(bound).toBe(0);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('stops where the start lies in an invariant space', async () => {
    const lanczos = new Lanczos(diagonal([3, 3, 5, 7]), Float64Array.of(1, -1, 2, 0));
    while (!lanczos.isComplete) await lanczos.step();
    expect(ritzValues(lanczos).map(({ value }) => value)).toEqual([expect.closeTo(5, 12), expect.closeTo(3, 12)]);
    await expect(lanczos.step()).rejects.toThrow('complete');
  });

  it('takes a matrix of zeros and a matrix of one number', async () => {
    const zero = await extremeEigenvalues(diagonal([0, 0, 0]), randomSource(1));
    expect(zero).toMatchObject({
      largest: [{ value: 0, bound: 0 }],
      smallest: { value: 0 },
      converged: true,
      products: 1,
    });
    const one = await extremeEigenvalues(diagonal([-4]), randomSource(1), { count: 3 });
    expect(one.largest).toEqual([{ value: -4, bound: 0 }]);
    expect(one.converged).toBe(true);
  });

  it('refuses starts and products it can do nothing with', async () => {
    expect(() => new Lanczos(diagonal([1, 2]), Float64Array.of(0, 0))).toThrow('not all zero');
    expect(() => new Lanczos(diagonal([1, 2]), Float64Array.of(1))).toThrow('2 numbers');
    expect(() => new Lanczos(diagonal([1, 2]), Float64Array.of(Number.NaN, 1))).toThrow('finite');
    await expect(extremeEigenvalues(diagonal([1, Number.NaN]), randomSource(1))).rejects.toThrow('not finite');
  });
});

describe('extreme eigenvalues', () => {
  const values = Array.from({ length: 300 }, (_, i) => (i < 3 ? 100 - 20 * i : -5 + (10 * i) / 300));

  it('are those of the matrix, within their bounds and the tolerance', async () => {
    const { largest, smallest, converged, products, direction } = await extremeEigenvalues(
      diagonal(values),
      randomSource(3),
      { count: 3, tolerance: 1e-6 },
    );
    expect(converged).toBe(true);
    expect(products).toBeLessThan(100);
    const sorted = values.toSorted((a, b) => b - a);
    largest.forEach(({ value, bound }, i) => {
      expect(bound).toBeLessThan(1e-4);
      expect(Math.abs(value - sorted[i]!)).toBeLessThanOrEqual(bound + 1e-10);
    });
    expect(Math.abs(smallest.value - sorted.at(-1)!)).toBeLessThanOrEqual(smallest.bound + 1e-10);
    expect(norm(direction)).toBeCloseTo(1, 12);
    expect(Math.abs(direction[0]!)).toBeCloseTo(1, 6);
  });

  it('say so where the products do not suffice', async () => {
    const flat = Array.from({ length: 500 }, (_, i) => i / 500);
    const { converged, products, largest } = await extremeEigenvalues(diagonal(flat), randomSource(3), {
      maximumProducts: 7,
      tolerance: 1e-9,
    });
    expect({ converged, products }).toEqual({ converged: false, products: 7 });
    expect(largest[0]!.bound).toBeGreaterThan(1e-9);
  });
});

describe('the trace', () => {
  it('is exact for a diagonal matrix, and within its error elsewhere', async () => {
    expect(await estimateTrace(diagonal([1, 2, -7.5]), randomSource(4))).toEqual({
      mean: -4.5,
      standardError: 0,
      probes: 16,
    });
    const matrix = randomMatrix(50, 5);
    const { mean, standardError } = await estimateTrace(operatorOf(matrix), randomSource(6), { probes: 400 });
    // Variance of one probe: twice the squares beside the diagonal.
    const squares = matrix.norm() ** 2 - matrix.diagonal().reduce((sum, value) => sum + value * value, 0);
    expect(standardError / Math.sqrt((2 * squares) / 400)).toBeCloseTo(1, 0);
    expect(Math.abs(mean - matrix.trace())).toBeLessThan(4 * standardError);
  });

  it('of one probe has no error', async () => {
    const { standardError } = await estimateTrace(diagonal([1]), randomSource(1), { probes: 1 });
    expect(standardError).toBeNaN();
  });
});

describe('the spectral measure', () => {
  it('has weight 1 and the moments of the spectrum', async () => {
    const size = 400;
    // The semicircle of radius 2: second moment 1, fourth 2, to 1 / size.
    const matrix = randomMatrix(size, 7).mul(1 / Math.sqrt(2 * size));
    const measure = await spectralMeasure(operatorOf(matrix), randomSource(8), { starts: 8, steps: 20 });
    expect(measure.products).toBe(160);
    const moment = (power: number) =>
      measure.points.reduce((sum, { value, weight }) => sum + weight * value ** power, 0);
    const dense = denseEigenvalues(matrix);
    const trueMoment = (power: number) => dense.reduce((sum, value) => sum + value ** power, 0) / size;
    expect(moment(0)).toBeCloseTo(1, 10);
    // Of a random start the moments scatter by about sqrt(2 / size / starts) = 0.025.
    for (const power of [1, 2, 4]) expect(Math.abs(moment(power) - trueMoment(power))).toBeLessThan(0.1);
  });

  it('as a density keeps its weight', () => {
    const measure = { points: [-1, 0, 3].map((value) => ({ value, weight: 1 / 3 })), products: 0 };
    const places = Array.from({ length: 2001 }, (_, i) => -10 + i * 0.01);
    const density = smoothDensity(measure, places, 0.3);
    expect(density.reduce((sum, value) => sum + value, 0) * 0.01).toBeCloseTo(1, 6);
    expect(density[900]).toBeCloseTo(1 / 3 / (0.3 * Math.sqrt(2 * Math.PI)), 2);
  });
});
