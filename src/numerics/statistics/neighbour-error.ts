import { mean } from '../means.js';

/** Largest correlation of neighbours that leaves all others independent. */
const LARGEST = 0.5;

/**
 * Standard error of the mean of values of which neighbours alone may rise and fall together, as those do that each share
 * something with the next: error^2 = s^2 / n (1 + 2 r (n - 1) / n) with s^2 the sample variance and r the correlation of neighbours,
 * counted from 0 to 1/2, so that it is never below that of independent values. NaN of fewer than two values.
 */
export function neighbourError(values: readonly number[]): number {
  const centre = mean(values);
  const deviations = values.map((value) => value - centre);
  const squares = deviations.reduce((sum, value) => sum + value * value, 0);
  if (squares === 0) return values.length > 1 ? 0 : Number.NaN;
  const count = values.length;
  const products = deviations.slice(1).reduce((sum, value, i) => sum + value * deviations[i]!, 0);
  const correlation = Math.min(LARGEST, Math.max(0, (products * count) / (squares * (count - 1))));
  return Math.sqrt((squares / (count - 1) / count) * (1 + (2 * correlation * (count - 1)) / count));
}
