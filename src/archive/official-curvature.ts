import {
  CURVATURE_MATRICES,
  type CurvatureMatrix,
  IMAGE_SUBSETS,
  type ImageSubset,
  readCurvature,
} from '../run/curvature-record.js';
import type { NpyArray } from '../system/npy.js';

/** As the official files call the matrices; the empirical Fisher matrix is not among theirs. */
const MATRIX_NAMES: Readonly<Record<CurvatureMatrix, string>> = {
  hessian: 'hess',
  fisher: 'fisher',
  'empirical-fisher': 'empirical_fisher',
};

const SUBSET_NAMES: Readonly<Record<ImageSubset, string>> = { all: '', clean: '_normal', corrupted: '_corrupt' };

/** What turns curvature on the unit sphere into that of the official files. */
export interface CurvatureUnits {
  /** Joint norm of the scale-invariant parameters, and how many components they have. */
  readonly norm: number;
  readonly size: number;
  readonly lossUnit: number;
  readonly stepsPerEpoch: number;
}

/** The arrays of one matrix over one subset, at the step where the others are too. */
function arraysOf(directory: string, of: CurvatureMatrix, subset: ImageSubset, step: number, units: CurvatureUnits) {
  const record = readCurvature(directory, { of, subset });
  const { norm, size, lossUnit } = units;
  if (record === undefined || record.step !== step) return [];
  // With the squared loss too, the official one is that of a softmax.
  if (of === 'fisher' && lossUnit !== 1) return [];
  // The empirical Fisher matrix is of the second degree in the loss, the others of the first.
  const unit = norm ** 2 * lossUnit ** (of === 'empirical-fisher' ? 2 : 1);
  const [name, behind] = [MATRIX_NAMES[of], SUBSET_NAMES[subset]];
  const values = record.largest.map(({ value }) => value / unit);
  const arrays: [string, NpyArray][] = [[`${name}_evals${behind}`, { values, shape: [1, values.length] }]];
  const add = (key: string, value: number): void => {
    arrays.push([key, { values: [value], shape: [1] }]);
  };
  if (record.trace !== null) add(`${name}_trace${behind}`, record.trace.mean / unit / size);
  if (subset !== 'all') add(`loss${behind}`, record.loss / lossUnit);
  if (subset !== 'all' && record.accuracy !== undefined) add(`acc${behind}`, record.accuracy);
  return arrays;
}

/**
 * What `regimes curvature` has kept of a run at its last weights, as the official `get_info` has it: eigenvalues in the parameters
 * themselves, not on the unit sphere, traces divided by the number of components; the images of label noise as `_normal` and
 * `_corrupt`. Empty where nothing is kept.
 */
export function curvatureArrays(directory: string, step: number, units: CurvatureUnits): Map<string, NpyArray> {
  const found = CURVATURE_MATRICES.flatMap((of) =>
    IMAGE_SUBSETS.flatMap((subset) => arraysOf(directory, of, subset, step, units)),
  );
  if (found.length === 0) return new Map();
  return new Map([['report_epochs', { values: [step / units.stepsPerEpoch], shape: [1] }], ...found]);
}
