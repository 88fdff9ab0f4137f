/** How norm is best shared among groups: the smallest top eigenvalue that a minimum can have on the joint sphere. */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix, solve } from 'ml-matrix';
import type { ToyGroup } from './toy-function.js';

export interface FlattestShares {
  /** Top eigenvalue at `shares`. */
  readonly sharpness: number;
  /** No shares give less than this (a feasible point of the dual problem). */
  readonly lowerBound: number;
  readonly shares: readonly number[];
}

/** Gap between bounds, relative, at which to stop. */
const GAP = 1e-11;
const SHRINK = 0.2;
/** Newton decrement below which a centre is close enough to go on. */
const CENTRED = 0.25;
const ITERATIONS = 500;

const largestEigenvalue = (matrix: Matrix): number =>
  Math.max(...new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues);

/** `values[i]` for every coordinate of group i. */
const spread = (groups: readonly ToyGroup[], values: readonly number[]): number[] =>
  groups.flatMap(({ start, end }, i) => Array.from({ length: end - start }, () => values[i]!));

/** `matrix` with rows and columns multiplied by `factors`. */
const scaled = (matrix: Matrix, factors: readonly number[]): Matrix =>
  Matrix.diag([...factors])
    .mmul(matrix)
    .mmul(Matrix.diag([...factors]));

const block = (matrix: Matrix, a: ToyGroup, b: ToyGroup): Matrix =>
  matrix.subMatrix(a.start, a.end - 1, b.start, b.end - 1);

/** (diag(v) - H)^-1, whose trace over a group is how much the barrier presses that group's v upwards. */
function inverseSlack(hessian: Matrix, groups: readonly ToyGroup[], levels: readonly number[]): Matrix {
  const slack = Matrix.diag(spread(groups, levels)).sub(hessian);
  return new CholeskyDecomposition(slack).solve(Matrix.eye(hessian.rows));
}

/** One damped Newton step of sum v - weight log det(diag(v) - H): it never leaves the feasible region. */
function centre(groups: readonly ToyGroup[], inverse: Matrix, levels: readonly number[], weight: number) {
  const slope = groups.map((group) => 1 / weight - block(inverse, group, group).trace());
  const curvature = new Matrix(groups.map((a) => groups.map((b) => block(inverse, a, b).norm('frobenius') ** 2)));
  const step = solve(curvature, Matrix.columnVector(slope)).to1DArray();
  const decrement = Math.sqrt(step.reduce((sum, value, i) => sum + value * slope[i]!, 0));
  return { levels: levels.map((level, i) => level - step[i]! / (1 + decrement)), decrement };
}

/** The dual's value at the barrier's own multipliers, scaled so that each group's trace is 1. */
function dualValue(hessian: Matrix, groups: readonly ToyGroup[], inverse: Matrix): number {
  const factors = groups.map((group) => 1 / Math.sqrt(block(inverse, group, group).trace()));
  return scaled(inverse, spread(groups, factors)).mul(hessian).sum();
}

/**
 * The shares w (sum 1) that make the top eigenvalue of D^(-1/2) H D^(-1/2) smallest, D = diag(w): H is the Hessian at a
 * minimum whose groups have norm 1, and rescaling them to norms sqrt(w_i) makes that of it. A top eigenvalue of at most
 * t means t D - H >= 0, so with v = t w this is: the smallest sum of v with diag(v) - H >= 0, a semidefinite programme,
 * here by an interior-point method. Without coupling between groups v_i is the top eigenvalue of block i.
 */
export function flattestShares(hessian: Matrix, groups: readonly ToyGroup[]): FlattestShares {
  const top = largestEigenvalue(hessian);
  let weight = top;
  let levels: number[] = groups.map(() => 2 * top);
  for (let iteration = 0; iteration < ITERATIONS && weight * hessian.rows > GAP * top; iteration += 1) {
    const next = centre(groups, inverseSlack(hessian, groups, levels), levels, weight);
    levels = next.levels;
    if (next.decrement < CENTRED) weight *= SHRINK;
  }
  const lowerBound = dualValue(hessian, groups, inverseSlack(hessian, groups, levels));
  const sum = levels.reduce((total, level) => total + level, 0);
  const shares = levels.map((level) => level / sum);
  const roots = shares.map((share) => 1 / Math.sqrt(share));
  return { sharpness: largestEigenvalue(scaled(hessian, spread(groups, roots))), lowerBound, shares };
}
