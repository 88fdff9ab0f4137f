import { mean } from '../means.js';
import { partOf } from '../series.js';

const MAXIMUM_PERSISTENCE = 0.9;
/** A smooth fall that is no straight line looks as correlated as can be; it must still be recognised. */
const FEWEST_DEGREES = 4;

/** Means of `count` equal blocks; a remainder at the start is left out, so that the end is always judged. */
export function blockMeans(values: ArrayLike<number>, count: number): number[] {
  const size = Math.floor(values.length / count);
  const start = values.length - size * count;
  return Array.from({ length: count }, (_, i) => mean(partOf(values, start + i * size, start + (i + 1) * size)));
}

/**
 * Correlation of each residual about a line with the next, as far as it widens errors: between 0 and 0.9. Fitting the line
 * hides correlation: the estimate is too low by (2 + 4r) / n to first order (Kendall, 1954), which is put back.
 */
export function persistence(residuals: readonly number[], squares: number): number {
  if (squares === 0) return 0;
  let products = 0;
  for (let i = 1; i < residuals.length; i += 1) products += residuals[i]! * residuals[i - 1]!;
  const count = residuals.length;
  const corrected = ((count * products) / squares + 2) / Math.max(1, count - 4);
  return Math.min(MAXIMUM_PERSISTENCE, Math.max(0, corrected));
}

/** Fall of a straight line over the span of its values. */
export interface LinearDecline {
  readonly decline: number;
  readonly error: number;
  /** Degrees of freedom of `error`. */
  readonly degrees: number;
}

/**
 * Fall of a straight line through equidistant values over the span they cover, with its standard error; that of
 * independent scatter about the line, widened by sqrt((1 + r) / (1 - r)) where neighbours correlate by r, which leaves
 * n (1 - r) / (1 + r) independent values.
 */
export function linearDecline(values: readonly number[]): LinearDecline {
  const centre = (values.length - 1) / 2;
  const average = mean(values);
  // Loops, since every cell of a phase diagram comes here twice.
  let [spread, covariance] = [0, 0];
  for (let i = 0; i < values.length; i += 1) {
    spread += (i - centre) * (i - centre);
    covariance += (i - centre) * (values[i]! - average);
  }
  const slope = covariance / spread;
  const residuals = values.map((value, i) => value - average - slope * (i - centre));
  let squares = 0;
  for (let i = 0; i < residuals.length; i += 1) squares += residuals[i]! * residuals[i]!;
  const r = persistence(residuals, squares);
  const widening = (1 + r) / (1 - r);
  const slopeError = Math.sqrt((squares / (values.length - 2) / spread) * widening);
  const degrees = Math.max(FEWEST_DEGREES, values.length / widening - 2);
  return { decline: -slope * values.length, error: slopeError * values.length, degrees };
}
