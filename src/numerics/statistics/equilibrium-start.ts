import { partOf } from '../series.js';
import { meanWithError } from './mean-error.js';
import { type StationarityOptions, testStationarity } from './stationarity.js';

export interface EquilibriumStartOptions extends StationarityOptions {
  /** The transient may take at most this part of the series. */
  readonly longest?: number;
}

/** Starts that are tried: this many equal parts of a series. */
const PARTS = 20;

/** The elements of a series at which its stationary part may begin, a twentieth of it apart. */
export const possibleStarts = (length: number, longest = 0.5): number[] =>
  Array.from({ length: Math.floor(PARTS * longest) + 1 }, (_, i) => Math.floor((i * length) / PARTS));

/**
 * Where the transient of a series ends: of the starts whose rest is stationary, a twentieth of the series apart, the one
 * whose mean has the smallest standard error: the marginal standard error rule (White, 1997) with autocorrelation counted.
 * undefined if no rest is stationary.
 */
export function equilibriumStart(
  values: ArrayLike<number>,
  { longest, ...options }: EquilibriumStartOptions = {},
): number | undefined {
  const found = possibleStarts(values.length, longest)
    .filter((start) => testStationarity(partOf(values, start), options).stationary)
    .map((start) => ({ start, error: meanWithError(partOf(values, start)).error }));
  if (found.length === 0) return undefined;
  return found.reduce((best, next) => (next.error < best.error ? next : best)).start;
}
