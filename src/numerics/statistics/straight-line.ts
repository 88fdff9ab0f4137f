import { inverse, Matrix } from 'ml-matrix';

/** A value at a place, with its standard error. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly error: number;
}

/** y = intercept + slope x with the errors of both. */
export interface StraightLine {
  readonly intercept: number;
  readonly slope: number;
  /** Variances of intercept and slope, and what they share, as the errors of the points leave them. */
  readonly covariance: { readonly intercept: number; readonly slope: number; readonly both: number };
  /** Sum of squared deviations in units of the errors. */
  readonly chiSquared: number;
  /** Points beyond the two that a line needs. */
  readonly degrees: number;
}

/**
 * The straight line of weighted least squares through independent points; undefined through fewer than two places, and where
 * an error is 0 or not finite.
 */
export function fitLine(points: readonly LinePoint[]): StraightLine | undefined {
  const places = new Set(points.map(({ x }) => x)).size;
  if (places < 2 || !points.every(({ error, y }) => error > 0 && Number.isFinite(error) && Number.isFinite(y))) {
    return undefined;
  }
  const design = new Matrix(points.map(({ x, error }) => [1 / error, x / error]));
  const values = Matrix.columnVector(points.map(({ y, error }) => y / error));
  const variances = inverse(design.transpose().mmul(design));
  const found = variances.mmul(design.transpose()).mmul(values);
  const [intercept, slope] = [found.get(0, 0), found.get(1, 0)];
  const chiSquared = points.reduce((sum, { x, y, error }) => sum + ((y - intercept - slope * x) / error) ** 2, 0);
  return {
    intercept,
    slope,
    covariance: { intercept: variances.get(0, 0), slope: variances.get(1, 1), both: variances.get(0, 1) },
    chiSquared,
    degrees: points.length - 2,
  };
}

/**
 * The line of least squares whose intercept, or slope, is 0 beforehand, and without error. Fails (Error) if a point has no
 * error, or none tells the other number.
 */
export function fitLineWithout(part: 'intercept' | 'slope', points: readonly LinePoint[]): StraightLine {
  const factor = ({ x }: LinePoint): number => (part === 'intercept' ? x : 1);
  const weights = points.reduce((sum, point) => sum + (factor(point) / point.error) ** 2, 0);
  const value = points.reduce((sum, point) => sum + (factor(point) * point.y) / point.error ** 2, 0) / weights;
  if (!Number.isFinite(value)) throw new Error('a line needs points with errors');
  const squares = points.map((point) => ((point.y - value * factor(point)) / point.error) ** 2);
  const [intercept, slope] = part === 'intercept' ? [0, value] : [value, 0];
  return {
    intercept,
    slope,
    covariance: { intercept: intercept === 0 ? 0 : 1 / weights, slope: slope === 0 ? 0 : 1 / weights, both: 0 },
    chiSquared: squares.reduce((sum, square) => sum + square, 0),
    degrees: points.length - 1,
  };
}

/** By how much errors are too small where points scatter about the line by more than they say: 1 or more. */
export const scatterFactor = ({ chiSquared, degrees }: StraightLine): number =>
  degrees > 0 ? Math.max(1, Math.sqrt(chiSquared / degrees)) : 1;

/** Value on the line at a place, with its standard error. */
export function onLine({ intercept, slope, covariance }: StraightLine, x: number): { y: number; error: number } {
  const variance = covariance.intercept + 2 * x * covariance.both + x * x * covariance.slope;
  return { y: intercept + slope * x, error: Math.sqrt(variance) };
}
