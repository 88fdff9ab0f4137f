/** One step of the toy on the joint sphere as a pure function of its state (theory.md, sections 1 and 3). */
import { Matrix } from 'ml-matrix';
import type { ToyFunction } from '../function/toy-function.js';

/** A step from a point of the unit sphere. */
export interface SphereStep {
  /** x - elr grad F(x), before projection, and its norm. */
  readonly moved: Float64Array;
  readonly norm: number;
  /** The next point, of norm 1. */
  readonly position: Float64Array;
}

/** x <- (x - elr grad F) / |x - elr grad F| for a point of the unit sphere. */
export function sphereStep(fn: ToyFunction, elr: number, position: Float64Array): SphereStep {
  const gradient = new Float64Array(fn.dimension);
  fn.evaluate(position, gradient, new Float64Array(1));
  const moved = position.map((value, i) => value - elr * gradient[i]!);
  const norm = Math.hypot(...moved);
  return { moved, norm, position: moved.map((value) => value / norm) };
}

/** Jacobian of that step at `position`, in the coordinates of the surrounding space: with u = x - elr grad F,
 * (I - u u^T / |u|^2) (I - elr H) / |u|. */
export function stepJacobian(fn: ToyFunction, elr: number, position: Float64Array): Matrix {
  const n = fn.dimension;
  const { moved, norm } = sphereStep(fn, elr, position);
  const product = new Float64Array(n);
  const jacobian = Matrix.zeros(n, n);
  for (let column = 0; column < n; column += 1) {
    const unit = Float64Array.from({ length: n }, (_, i) => (i === column ? 1 : 0));
    fn.hessianVector(position, unit, product);
    const change = unit.map((value, i) => value - elr * product[i]!);
    const along = change.reduce((sum, value, i) => sum + value * moved[i]!, 0) / (norm * norm);
    for (let row = 0; row < n; row += 1) jacobian.set(row, column, (change[row]! - along * moved[row]!) / norm);
  }
  return jacobian;
}
