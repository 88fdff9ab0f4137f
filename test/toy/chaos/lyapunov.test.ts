import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { lyapunovSpectrum, randomGrowth, tangentBasis, tangentStep } from '../../../toy/chaos/lyapunov.js';
import { stepJacobian } from '../../../toy/chaos/tangent.js';
import { chain, createEnsemble, randomPositions } from '../../../toy/dynamics/ensemble.js';
import { sumOfLogs } from '../../../toy/dynamics/log-products.js';
import { runEnsemble } from '../../../toy/dynamics/run.js';
import { composeStep } from '../../../toy/dynamics/step.js';
import { sumOfRatios } from '../../../toy/function/toy-function.js';
import { orbitLyapunovExponent } from '../../../toy/theory/circle-map.js';

const settled = (alpha: readonly number[], elr: number, seed = 1) => {
  const fn = sumOfRatios(alpha);
  const ensemble = createEnsemble(fn, randomPositions(fn, [randomSource(seed)]));
  const step = composeStep(ensemble, { elr }, randomSource(0));
  runEnsemble(ensemble, step, 2000);
  return { fn, ensemble, step };
};

describe('tangent space', () => {
  it('has an orthonormal basis orthogonal to the position, wherever that points', () => {
    for (const position of [
      [1, 0, 0, 0],
      [0, 0, 0, 1],
      [0.5, 0.5, -0.5, 0.5],
    ].map((p) => Float64Array.from(p))) {
      const basis = tangentBasis(position);
      expect([basis.rows, basis.columns]).toEqual([4, 3]);
      const product = basis.transpose().mmul(basis);
      expect(Matrix.sub(product, Matrix.eye(3)).norm()).toBeLessThan(1e-14);
      expect(
        basis
          .transpose()
          .mmul(Matrix.columnVector(Array.from(position)))
          .norm(),
      ).toBeLessThan(1e-14);
    }
  });

  it('is carried by the Jacobian that differences of the step have', () => {
    const elr = 0.4;
    const fn = sumOfRatios([1, 3]);
    const position = randomPositions(fn, [randomSource(2)]);
    const after = (start: Float64Array): Float64Array => {
      const ensemble = createEnsemble(fn, start.slice());
      // The Jacobian is that of x - elr grad F on the unit sphere, also for points just off it.
      runEnsemble(ensemble, composeStep(ensemble, { elr }, randomSource(0)), 1);
      return ensemble.position;
    };
    const jacobian = stepJacobian(fn, elr, position);
    const h = 1e-6;
    for (let column = 0; column < 4; column += 1) {
      const moved = (by: number) => after(position.map((value, i) => value + (i === column ? by : 0)));
      const [plus, minus] = [moved(h), moved(-h)];
      // Central differences: 1e-12 times third derivatives, and rounding 1e-16 / 1e-6.
      plus.forEach((value, row) => {
        expect(Math.abs((value - minus[row]!) / (2 * h) - jacobian.get(row, column))).toBeLessThan(1e-8);
      });
    }
  });
});

describe('Lyapunov exponents', () => {
  it.each([1.05, 1.2, 1.5, 2, 4])('of one group are log|2/k^2 - 1|, k = %d (T2)', (k) => {
    const { fn, ensemble } = settled([2], k / 2);
    // The orbit attracts: after 2,000 steps it is reached to rounding.
    const [exponent] = lyapunovSpectrum(fn, k / 2, ensemble.position, 100);
    expect(exponent).toBeCloseTo(orbitLyapunovExponent(k), 9);
  });

  it('of convergence are log|1 - 2k| below the threshold (T1)', () => {
    const fn = sumOfRatios([1]);
    const [exponent] = lyapunovSpectrum(fn, 0.3, Float64Array.of(1e-9, 1), 20);
    expect(exponent).toBeCloseTo(Math.log(0.4), 12);
  });

  it('are 0 for the neutral modes near the threshold, and one is log|2/k^2 - 1| (T5)', () => {
    const k = 1.1;
    const { fn, ensemble } = settled([1, 2, 4], k / 7);
    const exponents = lyapunovSpectrum(fn, k / 7, ensemble.position, 5000);
    // Shear lets tangents grow in proportion to time: log(5000) / 5000 = 0.0017.
    for (const exponent of exponents.slice(0, 4)) expect(Math.abs(exponent)).toBeLessThan(0.0017);
    expect(Math.abs(exponents[4]! - Math.log(Math.abs(2 / k ** 2 - 1)))).toBeLessThan(2e-3);
  });

  it('agree between one tangent vector and QR of all, in chaos', () => {
    const elr = 3 / 7;
    const { fn, ensemble, step } = settled([1, 2, 4], elr);
    const [largest] = lyapunovSpectrum(fn, elr, ensemble.position.slice(), 20_000);
    const { vectors, growth } = randomGrowth(ensemble, 1);
    const follow = tangentStep(elr, vectors, growth);
    runEnsemble(ensemble, chain(follow, step), 20_000);
    // Rounding parts the two trajectories, so these are two averages of growth that scatters by about 1 a step: each has a
    // standard error of 1 / sqrt(20000) = 0.007, their difference 0.01; three of that.
    expect(Math.abs(sumOfLogs(growth, 0) / 2 / 20_000 - largest!)).toBeLessThan(0.03);
    expect(largest).toBeGreaterThan(0.2);
  });
});
