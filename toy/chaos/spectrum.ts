/** Multipliers of the toy's steps at its equilibrium: eigenvalues of the exact Jacobian, beside T1 and T5. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { sumOfRatios, type ToyFunction } from '../function/toy-function.js';
import { orbitMultiplier } from '../theory/circle-map.js';
import { equilibrium } from '../theory/equilibrium.js';
import { equilibriumModes } from '../theory/stability.js';
import { thresholdRatio } from '../theory/thresholds.js';
import { tangentBasis } from './lyapunov.js';
import { sphereStep, stepJacobian } from './tangent.js';

/** A Floquet multiplier: an eigenvalue of the Jacobian of one step, with its modulus. */
export interface FloquetMultiplier {
  readonly re: number;
  readonly im: number;
  readonly abs: number;
}

const multiplier = (re: number, im = 0): FloquetMultiplier => ({ re, im, abs: Math.hypot(re, im) });

/** Differences that rounding makes do not count in the order of multipliers. */
const RESOLUTION = 1e-9;
const compare = (a: number, b: number): number => (Math.abs(a - b) < RESOLUTION ? 0 : b - a);

/** By falling modulus, then real part, then imaginary part: an order that does not depend on the solver. */
const byModulus = (a: FloquetMultiplier, b: FloquetMultiplier): number =>
  compare(a.abs, b.abs) || compare(a.re, b.re) || compare(a.im, b.im);

/**
 * A point of the equilibrium on the unit sphere. For k > 1 that of T4: w_i = alpha_i / S and tan^2 theta = (k-1)/(k+1)
 * for every group, all with the same sign. For k <= 1 the minimum x = 0, with the same shares.
 */
export function equilibriumPoint(alpha: readonly number[], elr: number): Float64Array {
  const k = thresholdRatio(alpha, elr);
  const sum = alpha.reduce((total, value) => total + value, 0);
  const angle = k > 1 ? Math.atan(Math.sqrt((k - 1) / (k + 1))) : 0;
  return Float64Array.from(
    alpha.flatMap((value) => [Math.sin(angle), Math.cos(angle)].map((part) => Math.sqrt(value / sum) * part)),
  );
}

/** Jacobian of `steps` steps from `position`, restricted to directions tangent to the sphere at both ends. */
export function tangentJacobian(fn: ToyFunction, elr: number, position: Float64Array, steps: number): Matrix {
  let point = position;
  let product = Matrix.eye(fn.dimension);
  for (let step = 0; step < steps; step += 1) {
    product = stepJacobian(fn, elr, point).mmul(product);
    point = sphereStep(fn, elr, point).position;
  }
  return tangentBasis(point).transpose().mmul(product).mmul(tangentBasis(position));
}

/** Eigenvalues of a square matrix by falling modulus. */
export function eigenvalues(matrix: Matrix): FloquetMultiplier[] {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(matrix);
  return realEigenvalues.map((re, i) => multiplier(re, imaginaryEigenvalues[i]!)).sort(byModulus);
}

/**
 * Multipliers of one step at the equilibrium; above the threshold, of one step followed by the reflection x -> -x that
 * makes the period-2 orbit a fixed point (T5). 2n - 1 of them, by falling modulus.
 */
export function equilibriumMultipliers(alpha: readonly number[], elr: number): FloquetMultiplier[] {
  const fn = sumOfRatios(alpha);
  const point = equilibriumPoint(alpha, elr);
  const reflected = thresholdRatio(alpha, elr) > 1;
  const reflection = Matrix.diag(Array.from(point, (_, i) => (reflected && i % 2 === 0 ? -1 : 1)));
  const basis = tangentBasis(point);
  return eigenvalues(
    basis
      .transpose()
      .mmul(reflection)
      .mmul(stepJacobian(fn, elr, point))
      .mmul(basis),
  );
}

/**
 * The same in closed form: above the threshold T5; up to it 1 - 2k for every group at the shares alpha_i / S (T1), and
 * n - 1 times 1, since at the minimum nothing moves the shares.
 */
export function predictedMultipliers(alpha: readonly number[], elr: number): FloquetMultiplier[] {
  const { k, regime } = equilibrium(alpha, elr);
  const relative = alpha.slice(1);
  if (regime === 'convergence') {
    return [...alpha.map(() => multiplier(1 - 2 * k)), ...relative.map(() => multiplier(1))].sort(byModulus);
  }
  const { relative: modes } = equilibriumModes(k, alpha.length);
  const pairs = modes.flatMap(({ re, im }) => [multiplier(re, im), multiplier(re, -im)]);
  return [...pairs, multiplier(orbitMultiplier(k))].sort(byModulus);
}
