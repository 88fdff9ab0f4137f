/** Lyapunov exponents of the toy on the joint sphere with a fixed ELR: from exact tangent vectors along a trajectory. */

import { Matrix, QrDecomposition } from 'ml-matrix';
import { randomSource } from '../../src/numerics/random.js';
import { type Ensemble, eachReplica, type PerReplica, type Transform } from '../dynamics/ensemble.js';
import { addLog, type LogSums, noLogs } from '../dynamics/log-products.js';
import type { ToyFunction } from '../function/toy-function.js';
import { sphereStep, stepJacobian } from './tangent.js';

/**
 * Carries one tangent vector a replica through the step x <- (x - elr grad F) / |x - elr grad F|:
 * v <- (dv - x' (x' . dv)) / |x - elr grad F| with dv = v - elr H v, and adds the logarithm of its squared growth to `growth`.
 */
export function tangentStep(elr: PerReplica, tangents: Float64Array, growth: LogSums): Transform {
  const rates = eachReplica(elr, growth.sums.length);
  const products = new Float64Array(tangents.length);
  return ({ fn, replicas, position, update }) => {
    fn.hessianVector(position, tangents, products);
    for (let replica = 0; replica < replicas; replica += 1) {
      const start = replica * fn.dimension;
      const end = start + fn.dimension;
      const rate = rates[replica]!;
      let square = 0;
      let along = 0;
      for (let i = start; i < end; i += 1) {
        const moved = position[i]! - rate * update[i]!;
        tangents[i]! -= rate * products[i]!;
        square += moved * moved;
        along += moved * tangents[i]!;
      }
      let length = 0;
      for (let i = start; i < end; i += 1) {
        tangents[i]! -= ((position[i]! - rate * update[i]!) * along) / square;
        length += tangents[i]! * tangents[i]!;
      }
      const scale = 1 / Math.sqrt(length);
      for (let i = start; i < end; i += 1) tangents[i]! *= scale;
      addLog(growth, replica, length / square);
    }
  };
}

/** Tangent vectors of the replicas of an ensemble, and the logarithms of the squares of their growth. */
export interface TangentGrowth {
  readonly vectors: Float64Array;
  readonly growth: LogSums;
}

/** Random tangents at the replicas' positions, which have not grown yet. */
export const randomGrowth = (ensemble: Ensemble, seed: number): TangentGrowth => ({
  vectors: randomTangents(ensemble, seed),
  growth: noLogs(ensemble.replicas),
});

/** Random unit vectors tangent to the sphere at the replicas' positions. */
function randomTangents({ fn: { dimension }, replicas, position }: Ensemble, seed: number): Float64Array {
  const random = randomSource(seed, 1);
  const tangents = Float64Array.from(position, () => random.gaussian());
  for (let replica = 0; replica < replicas; replica += 1) {
    const x = position.subarray(replica * dimension, (replica + 1) * dimension);
    const v = tangents.subarray(replica * dimension, (replica + 1) * dimension);
    const along = x.reduce((sum, value, i) => sum + value * v[i]!, 0);
    v.forEach((value, i) => {
      v[i] = value - along * x[i]!;
    });
    const length = Math.hypot(...v);
    v.forEach((value, i) => {
      v[i] = value / length;
    });
  }
  return tangents;
}

/** An orthonormal basis (columns) of the directions tangent to the unit sphere at `position`. */
export function tangentBasis(position: Float64Array): Matrix {
  const n = position.length;
  const frame = Matrix.zeros(n, n);
  const largest = position.reduce((best, value, i) => (Math.abs(value) > Math.abs(position[best]!) ? i : best), 0);
  // The position, then every axis but the one nearest to it, made orthonormal.
  frame.setColumn(0, Array.from(position));
  let column = 1;
  for (let axis = 0; axis < n; axis += 1) {
    if (axis === largest) continue;
    frame.set(axis, column, 1);
    column += 1;
  }
  return new QrDecomposition(frame).orthogonalMatrix.subMatrix(0, n - 1, 1, n - 1);
}

/**
 * All Lyapunov exponents along the trajectory from `start`, largest first, nats a step: the frame of tangent vectors is
 * carried by the Jacobian and made orthonormal by QR every step. One fewer than there are coordinates.
 *
 * @example
 * // One group on the orbit of T2 at k = 1.2, where the exponent is log|2 / k^2 - 1|.
 * const [exponent] = lyapunovSpectrum(sumOfRatios([1]), 1.2, equilibriumPoint([1], 1.2), 1000);
 * console.log(exponent.toFixed(4)); // -0.9445
 */
export function lyapunovSpectrum(fn: ToyFunction, elr: number, start: Float64Array, steps: number): number[] {
  let position = start;
  let frame = tangentBasis(position);
  const sums = new Float64Array(fn.dimension - 1);
  for (let step = 0; step < steps; step += 1) {
    const carried = stepJacobian(fn, elr, position).mmul(frame);
    position = sphereStep(fn, elr, position).position;
    const { orthogonalMatrix, upperTriangularMatrix } = new QrDecomposition(carried);
    sums.forEach((_, i) => {
      sums[i]! += Math.log(Math.abs(upperTriangularMatrix.get(i, i)));
    });
    frame = orthogonalMatrix;
  }
  return Array.from(sums, (sum) => sum / steps).sort((a, b) => b - a);
}
