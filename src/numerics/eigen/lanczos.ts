import { dot } from '../series.js';
import { addScaled, norm, type SymmetricOperator, scaled } from './operator.js';

/**
 * The Lanczos process: an orthonormal basis of the Krylov space of a symmetric matrix A and a start, in which A is
 * tridiagonal. Every new vector is made orthogonal to all before it, twice, so that rounding breeds no copies of eigenvalues
 * that have been found (Parlett, The Symmetric Eigenvalue Problem, chapter 13).
 */
export class Lanczos {
  /** Diagonal of the tridiagonal matrix, an entry a step. */
  readonly diagonal: number[] = [];
  /** The entries beside it; the last is the norm of what the last step left, and lies outside the matrix. */
  readonly beside: number[] = [];
  readonly basis: Float64Array[] = [];
  private next: Float64Array | undefined;
  /** Largest product so far: anything below its rounding error counts as zero. */
  private scale = 0;

  /** Throws if `start` is zero, not finite, or of another size. */
  constructor(
    private readonly operator: SymmetricOperator,
    start: Float64Array,
  ) {
    const length = norm(start);
    if (start.length !== operator.size || !(length > 0) || !Number.isFinite(length)) {
      throw new Error(`Lanczos needs a finite start of ${operator.size} numbers, not all zero`);
    }
    this.next = scaled(start, 1 / length);
  }

  get steps(): number {
    return this.diagonal.length;
  }

  /** Whether the space is invariant: its eigenvalues are exact, and another step would find nothing new. */
  get isComplete(): boolean {
    return this.next === undefined;
  }

  /** One more product with the matrix. Throws if the space is complete or the product is not finite. */
  async step(): Promise<void> {
    const vector = this.next;
    if (vector === undefined) throw new Error('the Krylov space is complete');
    this.basis.push(vector);
    const rest = await this.operator.apply(vector);
    this.scale = Math.max(this.scale, norm(rest));
    if (!Number.isFinite(this.scale)) throw new Error('a product with the matrix is not finite');
    this.diagonal.push(dot(vector, rest));
    for (let pass = 0; pass < 2; pass += 1) {
      for (const known of this.basis) addScaled(rest, known, -dot(known, rest));
    }
    const left = norm(rest);
    const isDone = this.steps === this.operator.size || left <= ROUNDING * this.scale;
    this.beside.push(isDone ? 0 : left);
    this.next = isDone ? undefined : scaled(rest, 1 / left);
  }
}

const ROUNDING = 1e-12;
