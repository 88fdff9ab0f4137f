import type { RunBlocks } from '../../src/regime/block-series.js';
import type { RunSeries as JudgedSeries } from '../../src/regime/run-series.js';
import type { StepColumns } from '../../src/run/step-columns.js';
import { recordedFloors } from '../../src/sphere/noise-floor.js';
import { type GroupSeries, NO_SERIES, type RunSeries, type SeriesRange } from './sweep-data.js';

/** More than any terminal has dots for, times two. */
const MOST_POINTS = 600;

/** How many steps each mean of a run of so many stands for. */
export const blockSize = (length: number, most = MOST_POINTS): number => Math.max(1, Math.ceil(length / most));

/** Means of equally long consecutive blocks, at most `most` of them; NaN if a block holds one. */
export function blockMeansOf<T>(values: ArrayLike<T>, of: (value: T) => number, most = MOST_POINTS): number[] {
  const { length } = values;
  const size = blockSize(length, most);
  const means: number[] = [];
  for (let start = 0; start < length; start += size) {
    const end = Math.min(length, start + size);
    let sum = 0;
    for (let i = start; i < end; i += 1) sum += of(values[i]!);
    means.push(sum / (end - start));
  }
  return means;
}

/** Lowest and highest value of the same blocks; NaN if a block holds one. */
export function blockRangesOf<T>(values: ArrayLike<T>, of: (value: T) => number, most = MOST_POINTS): SeriesRange {
  const size = blockSize(values.length, most);
  const low: number[] = [];
  const high: number[] = [];
  for (let start = 0; start < values.length; start += size) {
    let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = start; i < Math.min(values.length, start + size); i += 1) {
      const value = of(values[i]!);
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    low.push(least);
    high.push(largest);
  }
  return { low, high };
}

const itself = (value: number): number => value;

/** The series of a run, of so many values at most; noise floors depend on the momentum of the heavy ball. */
export function seriesOf({ columns, length }: StepColumns, momentum: number, most = MOST_POINTS): RunSeries {
  if (length === 0) return NO_SERIES;
  const means = (values: Float64Array): number[] => blockMeansOf(values, itself, most);
  const ranges = (values: Float64Array): SeriesRange => blockRangesOf(values, itself, most);
  const window = blockSize(length, most);
  const { loss, egn, ess, accuracy } = columns;
  const error = (): SeriesRange => blockRangesOf(accuracy, (share) => 1 - share, most);
  return {
    ...(window > 1 && {
      within: { window, loss: ranges(loss), error: error(), egn: ranges(egn), ess: ranges(ess) },
    }),
    step: means(columns.step),
    loss: means(columns.loss),
    error: blockMeansOf(columns.accuracy, (accuracy) => 1 - accuracy, most),
    egn: means(columns.egn),
    ess: means(columns.ess),
    floor: means(recordedFloors(columns, momentum).floors),
  };
}

/** The lowest and highest of consecutive blocks together. */
function joinedRange(low: ArrayLike<number>, high: ArrayLike<number>, most: number): SeriesRange {
  return { low: blockRangesOf(low, itself, most).low, high: blockRangesOf(high, itself, most).high };
}

/** The momentum that noise floors depend on, and how many values a series has at most. */
export interface BlockSeriesOptions {
  readonly momentum: number;
  /** Default: as many as a terminal can show. */
  readonly most?: number;
}

/** The same series of a run whose steps are in blocks: each value stands for one block or several. */
export function blockSeriesOf(
  series: JudgedSeries,
  { low, high }: RunBlocks,
  { momentum, most = MOST_POINTS }: BlockSeriesOptions,
): RunSeries {
  const { length, interval, skipped } = series;
  if (length === 0) return NO_SERIES;
  const means = (values: ArrayLike<number>): number[] => blockMeansOf(values, itself, most);
  const wrong = (accuracy: number): number => 1 - accuracy;
  const range = (name: 'loss' | 'egn' | 'ess'): SeriesRange => joinedRange(low[name], high[name], most);
  return {
    within: {
      window: interval * blockSize(length, most),
      ...{ loss: range('loss'), egn: range('egn'), ess: range('ess') },
      error: joinedRange(high.accuracy.map(wrong), low.accuracy.map(wrong), most),
    },
    // The middle of each block.
    step: means(Float64Array.from({ length }, (_, block) => skipped + interval * (block + 0.5) - 0.5)),
    loss: means(series.loss),
    error: blockMeansOf(series.accuracy, wrong, most),
    egn: means(series.egn),
    ess: means(series.ess),
    floor: means(series.floors(momentum).floors),
  };
}

/** The series of its groups, tensors that are invariant only together being one, however the run was read. */
export const groupSeriesOf = ({ groups }: Pick<JudgedSeries, 'groups'>, most = MOST_POINTS): GroupSeries[] =>
  groups.map(({ name, share, ess }) => ({
    name,
    share: blockMeansOf(share, itself, most),
    ess: blockMeansOf(ess, itself, most),
  }));
