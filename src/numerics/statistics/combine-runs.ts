import { mean, standardError } from '../means.js';

/** What several runs say together about one number. */
export interface CombinedEstimate {
  readonly mean: number;
  /** The larger of the two errors below that are known: few runs may lie close together by luck. */
  readonly error: number;
  /** Standard error of the mean from the scatter between runs; NaN of one run. */
  readonly between: number;
  /** Standard error of the mean from the error of each run: sqrt(sum error^2) / runs. NaN if one is not known. */
  readonly within: number;
  readonly runs: number;
}

/**
 * Mean over independent runs of one setting, which differ in their seed, each with its own standard error. The runs have
 * equal weight: they differ by more than their own errors where each settles somewhere else.
 */
export function combineRuns(estimates: readonly { readonly mean: number; readonly error: number }[]): CombinedEstimate {
  const means = estimates.map((estimate) => estimate.mean);
  const within = Math.hypot(...estimates.map(({ error }) => error)) / estimates.length;
  const between = estimates.length > 1 ? standardError(means) : Number.NaN;
  const known = [between, within].filter((error) => !Number.isNaN(error));
  return {
    mean: mean(means),
    error: known.length === 0 ? Number.NaN : Math.max(...known),
    between,
    within,
    runs: estimates.length,
  };
}
