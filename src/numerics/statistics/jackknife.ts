import { mean } from '../means.js';
import { mapSeries, squaredDeviations } from '../series.js';
import { autocorrelation } from './autocorrelation.js';
import { condensed, pieceMeans } from './mean-error.js';

/** A function of averages, and its standard error. */
export interface DerivedEstimate {
  readonly value: number;
  /** NaN if the series are too short for their correlation, or a value is not finite. */
  readonly error: number;
  /** Blocks left out in turn. */
  readonly blocks: number;
}

const MOST_BLOCKS = 32;
const FEWEST_BLOCKS = 5;
/** Autocorrelation times a block spans, so that neighbouring blocks are nearly independent. */
const TIMES_PER_BLOCK = 3;
/** Of the standard error: small enough for slopes, large against rounding. */
const SLOPE_STEP = 1e-3;

/**
 * The series whose mean varies as the function of the averages does, to first order: sum_j df/dm_j x_j. Its correlation
 * counts, which may be shorter than that of any single series: for a ratio, what both share cancels. Condensed, as a sum of
 * condensed series is.
 */
function linearised(series: readonly ArrayLike<number>[], of: (means: readonly number[]) => number): Float64Array {
  const means = series.map(mean);
  const slopes = series.map((values, j) => {
    const size = SLOPE_STEP * Math.sqrt(squaredDeviations(values, means[j]!) / values.length / values.length);
    if (size === 0) return 0;
    const shifted = (by: number): number => of(means.map((value, i) => (i === j ? value + by : value)));
    return (shifted(size) - shifted(-size)) / (2 * size);
  });
  const pieces = series.map(condensed);
  return mapSeries(pieces[0]!, (_, t) => {
    let sum = 0;
    for (let j = 0; j < slopes.length; j += 1) sum += slopes[j]! * pieces[j]![t]!;
    return sum;
  });
}

/** Blocks that are long against the correlation of the function, most of them 32. */
function blockCountFor(series: readonly ArrayLike<number>[], of: (means: readonly number[]) => number): number {
  const { time } = autocorrelation(linearised(series, of));
  const points = condensed(series[0]!).length;
  return Math.min(MOST_BLOCKS, Math.floor(points / Math.max(1, TIMES_PER_BLOCK * time)));
}

/**
 * A function of the averages of simultaneous series, such as a ratio, with its standard error by the block jackknife
 * (Kuensch, 1989): the function is computed again with each block of consecutive values left out, error^2 = (b - 1) / b times
 * the sum of squared deviations from their mean. Blocks are three autocorrelation times long or longer; with fewer than five
 * of them the error is NaN. What does not fill a block is left out of the error at the start, never of the value.
 */
export function blockJackknife(
  series: readonly ArrayLike<number>[],
  of: (means: readonly number[]) => number,
): DerivedEstimate {
  const value = of(series.map(mean));
  const length = series[0]?.length ?? 0;
  if (length === 0 || !Number.isFinite(value)) return { value, error: Number.NaN, blocks: 0 };
  const blocks = blockCountFor(series, of);
  if (!(blocks >= FEWEST_BLOCKS)) return { value, error: Number.NaN, blocks: 0 };
  const blockMeans = series.map((values) => pieceMeans(values, Math.floor(length / blocks)));
  const totals = blockMeans.map(mean);
  const count = blockMeans[0]!.length;
  const without = Array.from({ length: count }, (_, block) =>
    of(totals.map((total, j) => (total * count - blockMeans[j]![block]!) / (count - 1))),
  );
  const centre = mean(without);
  const squares = without.reduce((sum, left) => sum + (left - centre) ** 2, 0);
  return { value, error: Math.sqrt(((count - 1) / count) * squares), blocks: count };
}
