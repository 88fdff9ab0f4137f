import { mean } from '../means.js';
import { areEqual, partOf, squaredDeviations } from '../series.js';
import { autocorrelation } from './autocorrelation.js';

/** A mean and how far it may be off. */
export interface Estimate {
  readonly mean: number;
  /** Standard error; infinite if the series is too short to estimate it, NaN if a value is not finite. */
  readonly error: number;
  /** Effective sample size: independent values that would give the same error. */
  readonly independent: number;
  /** Degrees of freedom of `error`, for Student's t; at least 1. */
  readonly degrees: number;
}

/** Longer series are condensed to the means of at most this many equal pieces, which bounds the run time. */
const LONGEST = 4096;

/** Means of consecutive equal pieces; what does not fill one is left out at the start. */
export function pieceMeans(values: ArrayLike<number>, size: number): number[] {
  const count = Math.floor(values.length / size);
  const start = values.length - count * size;
  return Array.from({ length: count }, (_, i) => mean(partOf(values, start + i * size, start + (i + 1) * size)));
}

export const condensed = (values: ArrayLike<number>): ArrayLike<number> =>
  values.length <= LONGEST ? values : pieceMeans(values, Math.ceil(values.length / LONGEST));

const populationVariance = (values: ArrayLike<number>, centre: number): number =>
  squaredDeviations(values, centre) / values.length;

/**
 * Mean of a stationary series with the standard error that its autocorrelation leaves: error^2 = variance x time / points.
 * What subtracting the mean costs is added as a factor 1 / (1 - (2 window + 1) / points), which for independent values and no
 * window is the usual n / (n - 1) (after Wolff, 2004). The degrees of freedom follow from Madras and Sokal's variance of the
 * time, 2 (2 window + 1) / points of its square. One value has an infinite error; equal values have none.
 */
export function meanWithError(values: ArrayLike<number>): Estimate {
  const centre = mean(values);
  const pieces = condensed(values);
  const { time, window } = autocorrelation(pieces);
  const used = (2 * window + 1) / pieces.length;
  const degrees = Math.max(1, 1 / used - 1);
  if (!Number.isFinite(centre) || Number.isNaN(time))
    return { mean: centre, error: Number.NaN, independent: 0, degrees };
  if (values.length > 1 && areEqual(values))
    return { mean: centre, error: 0, independent: values.length, degrees: values.length - 1 };
  const squared = (populationVariance(pieces, mean(pieces)) * time) / pieces.length / (1 - used);
  const error = used < 1 ? Math.sqrt(squared) : Number.POSITIVE_INFINITY;
  const independent = Math.min(values.length, populationVariance(values, centre) / squared);
  return { mean: centre, error, independent: used < 1 ? independent : 0, degrees };
}
