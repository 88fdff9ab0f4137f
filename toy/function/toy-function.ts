/** Functions that the toy's dynamics run on: scale-invariant in each of their groups of coordinates. */

/** A group of coordinates that may be rescaled alone without changing the function: places start .. end - 1. */
export interface ToyGroup {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A scale-invariant function evaluated at many points at once. Points lie one after another, `dimension` numbers each;
 * a function may have other parameters at each of them. Nothing is allocated, so that these can be called every step.
 */
export interface ToyFunction {
  readonly groups: readonly ToyGroup[];
  readonly dimension: number;
  /** Writes the value at each point to `losses` and the gradient to `gradients`. */
  evaluate(points: Float64Array, gradients: Float64Array, losses: Float64Array): void;
  /** Writes the Hessian at each point times the vector at the same place of `vectors`. */
  hessianVector(points: Float64Array, vectors: Float64Array, products: Float64Array): void;
}

/** Scales the coordinates start .. end - 1 to norm `norm`. */
export function rescale(position: Float64Array, start: number, end: number, norm: number): void {
  let square = 0;
  for (let i = start; i < end; i += 1) square += position[i]! * position[i]!;
  const scale = norm / Math.sqrt(square);
  for (let i = start; i < end; i += 1) position[i]! *= scale;
}

/**
 * Squared norms below count as this: a group whose norm has vanished rests at its minimum, since 0 times the inverse is 0.
 * The inverse is finite.
 */
export const SMALLEST_SQUARE = 2 ** -1022;

/** F = sum_i alpha_i x_i^2 / (x_i^2 + y_i^2) as a ToyFunction; group i is the coordinates (x_i, y_i). */
export class SumOfRatios implements ToyFunction {
  readonly groups: readonly ToyGroup[];
  readonly dimension: number;

  constructor(
    /** Alphas of each point, one after another. */
    readonly alphas: Float64Array,
    private readonly count: number,
  ) {
    this.dimension = 2 * count;
    this.groups = Array.from({ length: count }, (_, i) => ({ name: String(i + 1), start: 2 * i, end: 2 * i + 2 }));
  }

  evaluate(points: Float64Array, gradients: Float64Array, losses: Float64Array): void {
    const { alphas, count } = this;
    const replicas = losses.length;
    for (let replica = 0, group = 0; replica < replicas; replica += 1) {
      let loss = 0;
      for (let i = 0; i < count; i += 1, group += 1) {
        const place = 2 * group;
        const x = points[place]!;
        const y = points[place + 1]!;
        const square = x * x + y * y;
        const inverse = 1 / (square < SMALLEST_SQUARE ? SMALLEST_SQUARE : square);
        const along = alphas[group]! * x;
        const turn = 2 * along * y * inverse * inverse;
        loss += along * x * inverse;
        gradients[place] = turn * y;
        gradients[place + 1] = -turn * x;
      }
      losses[replica] = loss;
    }
  }

  /**
   * With u = x y / s^2 and s = x^2 + y^2 the gradient is 2 alpha u (y, -x); the Hessian follows from
   * du/dx = y (y^2 - 3 x^2) / s^3 and du/dy = x (x^2 - 3 y^2) / s^3.
   */
  hessianVector(points: Float64Array, vectors: Float64Array, products: Float64Array): void {
    const { alphas } = this;
    for (let group = 0, place = 0; place < points.length; group += 1, place += 2) {
      const x = points[place]!;
      const y = points[place + 1]!;
      const square = x * x + y * y;
      const inverse = 1 / (square < SMALLEST_SQUARE ? SMALLEST_SQUARE : square);
      const v = vectors[place]!;
      const w = vectors[place + 1]!;
      const u = x * y * inverse * inverse;
      const change = (y * (y * y - 3 * x * x) * v + x * (x * x - 3 * y * y) * w) * inverse * inverse * inverse;
      const factor = 2 * alphas[group]!;
      products[place] = factor * (change * y + u * w);
      products[place + 1] = -factor * (change * x + u * v);
    }
  }
}

/** The toy of theory.md, section 3, with the same alpha at each of `replicas` points. */
export const sumOfRatios = (alpha: readonly number[], replicas = 1): ToyFunction =>
  sumOfRatiosEach(Array.from({ length: replicas }, () => alpha));

/** The toy with an alpha of its own at each point; all of the same number of groups. */
export function sumOfRatiosEach(alphas: readonly (readonly number[])[]): ToyFunction {
  const count = alphas[0]!.length;
  const all = new Float64Array(alphas.length * count);
  for (const [replica, alpha] of alphas.entries()) all.set(alpha, replica * count);
  return new SumOfRatios(all, count);
}
