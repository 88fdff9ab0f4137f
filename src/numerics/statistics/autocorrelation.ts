import { mean } from '../means.js';
import { holdsThroughout, mapSeries } from '../series.js';

/** Sokal's c: lags are summed up to this many autocorrelation times, where e^-5 of an exponential decay is left. */
const WINDOW = 5;

/** How long a stationary series remembers. */
export interface Autocorrelation {
  /**
   * Integrated autocorrelation time 1 + 2 sum rho_k in points: that many points are worth as much for the mean as one
   * independent value. Never below 1, so that an alternating series is not thought better than independent values.
   */
  readonly time: number;
  /** The last lag of that sum. */
  readonly window: number;
}

function covariance(deviations: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < deviations.length; i += 1) sum += deviations[i]! * deviations[i - lag]!;
  return sum / (deviations.length - lag);
}

/**
 * Autocorrelation time with the self-consistent window of Sokal (1997): the sum ends at the first lag that is five times
 * sum rho_k + 1/2, at the latest at half the series. A constant series has time 1; one with a value that is not finite has
 * NaN. Takes the square of the length at worst.
 */
export function autocorrelation(values: ArrayLike<number>): Autocorrelation {
  if (holdsThroughout(values, (value) => value === values[0] && Number.isFinite(value))) return { time: 1, window: 0 };
  const centre = mean(values);
  const deviations = mapSeries(values, (value) => value - centre);
  const variance = covariance(deviations, 0);
  if (!Number.isFinite(variance)) return { time: Number.NaN, window: 0 };
  let time = 1;
  let window = 0;
  while (window < values.length / 2 - 1 && window < (WINDOW * Math.max(1, time)) / 2) {
    window += 1;
    time += (2 * covariance(deviations, window)) / variance;
  }
  return { time: Math.max(1, time), window };
}
