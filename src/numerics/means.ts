import { squaredDeviations } from './series.js';

/** Mean of numbers; NaN of none. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return sum / values.length;
}

/** Square root of the mean square; NaN of none. */
export function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]! ** 2;
  return Math.sqrt(sum / values.length);
}

/** The middle one of numbers; of an even count, the upper of the middle two. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Standard error of the mean of independent values. */
export const standardError = (values: ArrayLike<number>): number =>
  Math.sqrt(squaredDeviations(values, mean(values)) / (values.length - 1) / values.length);
