import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Lanczos } from './lanczos.js';
import { addScaled } from './operator.js';

/** An approximate eigenvalue from a Krylov space. */
export interface RitzValue {
  readonly value: number;
  /** A true eigenvalue lies no farther than this from `value`. */
  readonly bound: number;
  /** Squared component of the start along the approximate eigenvector: its weight in the spectral measure of the start. */
  readonly weight: number;
  /** Components of the approximate eigenvector in the basis. */
  readonly components: readonly number[];
}

/** Approximate eigenvalues from the steps so far, the largest first. */
export function ritzValues({ diagonal, beside }: Pick<Lanczos, 'diagonal' | 'beside'>): RitzValue[] {
  const size = diagonal.length;
  const matrix = Matrix.zeros(size, size);
  diagonal.forEach((value, i) => {
    matrix.set(i, i, value);
    if (i + 1 < size) {
      matrix.set(i, i + 1, beside[i]!);
      matrix.set(i + 1, i, beside[i]!);
    }
  });
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const values = realEigenvalues.map((value, i) => {
    const components = eigenvectorMatrix.getColumn(i);
    const bound = Math.abs(beside.at(-1)! * components.at(-1)!);
    return { value, bound, weight: components[0]! ** 2, components };
  });
  return values.sort((a, b) => b.value - a.value);
}

/** The approximate eigenvector, of norm 1. */
export function ritzVector({ basis }: Pick<Lanczos, 'basis'>, { components }: RitzValue): Float64Array {
  const vector = new Float64Array(basis[0]!.length);
  components.forEach((component, i) => {
    addScaled(vector, basis[i]!, component);
  });
  return vector;
}
