import { mean } from '../means.js';
import { condensed, meanWithError } from './mean-error.js';
import { studentQuantile } from './student.js';

/** Whether a series keeps its level: a straight line through it, and how certain its slope is. */
export interface StationarityTest {
  /** How far the line rises over the series; negative if it falls. */
  readonly drift: number;
  /** Standard error of `drift`, autocorrelation included; infinite if the series is too short to estimate it. */
  readonly error: number;
  /** Whether the series shows no drift; false if it is too short to decide. */
  readonly stationary: boolean;
}

export interface StationarityOptions {
  /** A drift of this size counts as none, however certain it is. */
  readonly negligible?: number;
}

/** In standard deviations of a normal: one stationary series in a hundred is refused. */
const SIGNIFICANCE = 2.576;
const FEWEST = 8;
/** Equal numbers differ by rounding, relative to their mean. */
const ROUNDING = 1e-12;

/** The least-squares line: its rise over the series, and the residuals. */
function straightLine(given: ArrayLike<number>): { drift: number; residuals: number[] } {
  const values = Array.from(given);
  const centre = (values.length - 1) / 2;
  const average = mean(values);
  const spread = values.reduce((sum, _, i) => sum + (i - centre) ** 2, 0);
  const slope = values.reduce((sum, value, i) => sum + (i - centre) * (value - average), 0) / spread;
  const residuals = values.map((value, i) => value - average - slope * (i - centre));
  return { drift: slope * values.length, residuals };
}

/** What is left of a series without the straight line through it. */
export const detrended = (values: readonly number[]): number[] => straightLine(values).residuals;

/**
 * Tests whether a series is stationary by its trend: the slope of a straight line has sqrt(12) times the standard error
 * that the mean of the residuals would have, their autocorrelation included. Refuses one stationary series in a hundred,
 * series with a value that is not finite, and those too short to tell: fewer than 8 values, or hardly longer than they
 * remember.
 */
export function testStationarity(
  values: ArrayLike<number>,
  { negligible = 0 }: StationarityOptions = {},
): StationarityTest {
  if (values.length < FEWEST) return { drift: Number.NaN, error: Number.POSITIVE_INFINITY, stationary: false };
  const { drift, residuals } = straightLine(condensed(values));
  const scatter = meanWithError(residuals);
  const error = Math.sqrt(12) * scatter.error;
  const isSmall = Math.abs(drift) <= Math.max(negligible, ROUNDING * Math.abs(mean(values)));
  const isChance = Math.abs(drift) <= studentQuantile(SIGNIFICANCE, scatter.degrees) * error;
  return { drift, error, stationary: Number.isFinite(error) && (isSmall || isChance) };
}
