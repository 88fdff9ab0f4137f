import type { RandomSource } from '../random.js';
import { Lanczos } from './lanczos.js';
import { gaussianVector, type SymmetricOperator } from './operator.js';
import { type RitzValue, ritzValues, ritzVector } from './ritz.js';

export interface Eigenvalue {
  readonly value: number;
  /** A true eigenvalue lies no farther than this from `value`; that none was passed over is only very likely. */
  readonly bound: number;
}

export interface ExtremeEigenvalues {
  /** The largest, falling. */
  readonly largest: readonly Eigenvalue[];
  /** The smallest. */
  readonly smallest: Eigenvalue;
  /** Approximate eigenvector of the largest, of norm 1. */
  readonly direction: Float64Array;
  /** Products with the matrix. */
  readonly products: number;
  /** Whether the bounds of the largest are within the tolerance. */
  readonly converged: boolean;
}

export interface ExtremeEigenvalueOptions {
  /** How many of the largest are wanted. */
  readonly count?: number;
  /** Bounds wanted, relative to the largest eigenvalue in size. */
  readonly tolerance?: number;
  /** Products after which to stop. */
  readonly maximumProducts?: number;
}

const STEPS_PER_CHECK = 5;

const isSettled = (values: readonly RitzValue[], count: number, tolerance: number): boolean =>
  values.length >= count &&
  values
    .slice(0, count)
    .every(({ bound }) => bound <= tolerance * Math.max(...values.map(({ value }) => Math.abs(value))));

/**
 * The largest eigenvalues of a symmetric matrix, with bounds, by the Lanczos process. The smallest comes along and may be
 * less accurate: its own bound says how much. Multiple eigenvalues are found once.
 */
export async function extremeEigenvalues(
  operator: SymmetricOperator,
  random: RandomSource,
  { count = 1, tolerance = 1e-3, maximumProducts = 100 }: ExtremeEigenvalueOptions = {},
): Promise<ExtremeEigenvalues> {
  const lanczos = new Lanczos(operator, gaussianVector(operator.size, random));
  let values: RitzValue[] = [];
  let converged = false;
  while (!converged && !lanczos.isComplete && lanczos.steps < maximumProducts) {
    await lanczos.step();
    const isLast = lanczos.isComplete || lanczos.steps === maximumProducts;
    if (!isLast && lanczos.steps % STEPS_PER_CHECK !== 0) continue;
    values = ritzValues(lanczos);
    converged = isSettled(values, Math.min(count, lanczos.isComplete ? values.length : count), tolerance);
  }
  const plain = ({ value, bound }: RitzValue): Eigenvalue => ({ value, bound });
  return {
    largest: values.slice(0, count).map(plain),
    smallest: plain(values.at(-1)!),
    direction: ritzVector(lanczos, values[0]!),
    products: lanczos.steps,
    converged,
  };
}
