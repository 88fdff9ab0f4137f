/** Minima of a scale-invariant function, searched from random points. */

import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { randomSource } from '../../src/numerics/random.js';
import { dot } from '../../src/numerics/series.js';
import { rescale, type ToyFunction } from './toy-function.js';

/** Where a descent ended: a point with every group of norm 1. */
export interface Minimum {
  readonly point: Float64Array;
  readonly loss: number;
  /** Whether the gradient vanishes there: not so at a kink, nor while the value still falls. */
  readonly stationary: boolean;
  /** Whether the descent ended because nothing lower was near. */
  readonly settled: boolean;
}

interface Place {
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  readonly loss: number;
  readonly steepness: number;
}

const ITERATIONS = 200;
/** Fractions of the gradient's size at random points: what counts as none, and where rounding is reached. */
const STATIONARY = 1e-9;
const ROUNDING = 1e-15;
/** Longest step in radians: less than what leads from one valley to another. */
const LONGEST_STEP = 0.5;
/** Curvatures below this fraction of the largest count as this: a valley's floor does not make steps endless. */
const SMALLEST_CURVATURE = 1e-6;

/** Loss and gradient at a point whose groups are scaled to norm 1. */
function placeAt(fn: ToyFunction, coordinates: Float64Array): Place {
  const point = coordinates.slice();
  for (const { start, end } of fn.groups) rescale(point, start, end, 1);
  const gradient = new Float64Array(fn.dimension);
  const loss = new Float64Array(1);
  fn.evaluate(point, gradient, loss);
  return { point, gradient, loss: loss[0]!, steepness: Math.hypot(...gradient) };
}

/** Hessian in the directions that leave the norm of every group alone; symmetric. */
export function tangentHessian(fn: ToyFunction, point: Float64Array): Matrix {
  const n = fn.dimension;
  const hessian = Matrix.zeros(n, n);
  const projection = Matrix.eye(n);
  for (const { start, end } of fn.groups) {
    const group = point.subarray(start, end);
    const square = dot(group, group);
    for (let i = start; i < end; i += 1)
      for (let j = start; j < end; j += 1)
        projection.set(i, j, projection.get(i, j) - (point[i]! * point[j]!) / square);
  }
  const column = new Float64Array(n);
  for (let j = 0; j < n; j += 1) {
    const unit = Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0));
    fn.hessianVector(point, unit, column);
    hessian.setColumn(j, Array.from(column));
  }
  const tangent = projection.mmul(hessian).mmul(projection);
  return Matrix.add(tangent, tangent.transpose()).mul(0.5);
}

/** Newton's step with curvatures taken as positive, which leads away from saddles and maxima. */
function newtonStep(fn: ToyFunction, { point, gradient }: Place): Float64Array {
  const step = new Float64Array(fn.dimension);
  const hessian = tangentHessian(fn, point);
  if (hessian.to1DArray().some((value) => !Number.isFinite(value))) return step;
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(hessian, { assumeSymmetric: true });
  const smallest = SMALLEST_CURVATURE * Math.max(...realEigenvalues.map(Math.abs));
  if (smallest === 0) return step;
  realEigenvalues.forEach((curvature, mode) => {
    const direction = Float64Array.from(eigenvectorMatrix.getColumn(mode));
    const length = dot(direction, gradient) / Math.max(Math.abs(curvature), smallest);
    for (let i = 0; i < step.length; i += 1) step[i]! -= length * direction[i]!;
  });
  const length = Math.hypot(...step);
  return length > LONGEST_STEP ? step.map((value) => (value * LONGEST_STEP) / length) : step;
}

/** The first place along ever shorter steps that is lower, or as low and less steep; undefined if there is none. */
function lowerPlace(fn: ToyFunction, from: Place, step: Float64Array, scale: number): Place | undefined {
  const promised = -dot(step, from.gradient);
  for (let fraction = 1; fraction > 1e-18; fraction /= 2) {
    const to = placeAt(
      fn,
      from.point.map((value, i) => value + fraction * step[i]!),
    );
    if (to.loss < from.loss && to.loss <= from.loss - 1e-4 * fraction * promised) return to;
    const level = to.loss <= from.loss + ROUNDING * (scale + Math.abs(from.loss));
    if (level && to.steepness < 0.9 * from.steepness) return to;
  }
  return undefined;
}

/** Descends from a point. `scale` is the size of gradients at random points. */
export function descend(fn: ToyFunction, start: Float64Array, scale: number): Minimum {
  let place = placeAt(fn, start);
  let settled = false;
  for (let iteration = 0; iteration < ITERATIONS && !settled; iteration += 1) {
    const next = place.steepness > ROUNDING * scale && lowerPlace(fn, place, newtonStep(fn, place), scale);
    if (next) place = next;
    else settled = true;
  }
  const { point, loss, steepness } = place;
  return { point, loss, stationary: steepness <= STATIONARY * scale, settled };
}

/** Random points at which gradients are measured. */
const SCALE_POINTS = 16;

/** The largest gradient at random points with groups of norm 1: what other gradients are measured by. */
export function gradientScale(fn: ToyFunction, seed: number): number {
  return Math.max(...randomStarts(fn, SCALE_POINTS, seed).map((start) => placeAt(fn, start).steepness));
}

function randomStarts({ dimension }: ToyFunction, count: number, seed: number): Float64Array[] {
  const random = randomSource(seed, 3);
  return Array.from({ length: count }, () => Float64Array.from({ length: dimension }, () => random.gaussian()));
}

/** Where descents from random points end, by rising loss. */
export function findMinima(fn: ToyFunction, starts: number, seed: number): Minimum[] {
  const scale = gradientScale(fn, seed);
  return randomStarts(fn, starts, seed)
    .map((start) => descend(fn, start, scale))
    .toSorted((a, b) => a.loss - b.loss);
}
