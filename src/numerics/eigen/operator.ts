import type { RandomSource } from '../random.js';
import { dot } from '../series.js';

/** A symmetric matrix of which only products with vectors are known. */
export interface SymmetricOperator {
  /** Rows and columns. */
  readonly size: number;
  /** The product with a vector, which is left alone. */
  apply(vector: Float64Array): Promise<Float64Array>;
}

export const norm = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));

/** Adds `factor` times `b` to `a`, in place. */
export function addScaled(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i += 1) a[i]! += factor * b[i]!;
}

export const scaled = (vector: Float64Array, factor: number): Float64Array => vector.map((value) => value * factor);

/** A vector of independent standard normal numbers: a direction without preference. */
export const gaussianVector = (size: number, random: RandomSource): Float64Array =>
  Float64Array.from({ length: size }, () => random.gaussian());

/** A vector of independent random signs. */
export const signVector = (size: number, random: RandomSource): Float64Array =>
  Float64Array.from({ length: size }, () => (random.below(2) === 0 ? -1 : 1));
