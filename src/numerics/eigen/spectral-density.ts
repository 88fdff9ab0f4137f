import type { RandomSource } from '../random.js';
import { Lanczos } from './lanczos.js';
import { gaussianVector, type SymmetricOperator } from './operator.js';
import { ritzValues } from './ritz.js';

/** Eigenvalues as a sum of points with weights that add up to 1: the share of the spectrum near each. */
export interface SpectralMeasure {
  readonly points: readonly { readonly value: number; readonly weight: number }[];
  /** Products with the matrix. */
  readonly products: number;
}

/** How much work `spectralMeasure` does. */
export interface SpectralDensityOptions {
  /** Random starts, over which the measure is averaged. */
  readonly starts?: number;
  /** Lanczos steps from each start; twice as many moments are exact. */
  readonly steps?: number;
}

/**
 * The distribution of the eigenvalues of a symmetric matrix by stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017):
 * the mean over random starts of the measure that each start sees. Eigenvalues of small total weight are resolved only at the
 * ends of the spectrum.
 */
export async function spectralMeasure(
  operator: SymmetricOperator,
  random: RandomSource,
  { starts = 4, steps = 40 }: SpectralDensityOptions = {},
): Promise<SpectralMeasure> {
  const points: { value: number; weight: number }[] = [];
  let products = 0;
  for (let start = 0; start < starts; start += 1) {
    const lanczos = new Lanczos(operator, gaussianVector(operator.size, random));
    while (!lanczos.isComplete && lanczos.steps < steps) await lanczos.step();
    products += lanczos.steps;
    points.push(...ritzValues(lanczos).map(({ value, weight }) => ({ value, weight: weight / starts })));
  }
  return { points: points.sort((a, b) => a.value - b.value), products };
}

/** The measure as a smooth density at the places given: each point a normal distribution of that width. */
export function smoothDensity({ points }: SpectralMeasure, places: readonly number[], width: number): number[] {
  const bell = (distance: number): number =>
    Math.exp(-0.5 * (distance / width) ** 2) / (width * Math.sqrt(2 * Math.PI));
  return places.map((place) => points.reduce((sum, { value, weight }) => sum + weight * bell(place - value), 0));
}
