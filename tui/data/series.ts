import type { RecordedStep } from '../../src/run/run-directory.js';
import type { GroupSeries, RunSeries } from '../figure/sweep-data.js';
import { NO_SERIES } from './sweep.js';

/** More than any terminal has dots for, times two. */
const MOST_POINTS = 600;

/** Means of equally long consecutive blocks, at most `most` of them; NaN where a block holds one. */
export function blockMeansOf<T>(values: ArrayLike<T>, of: (value: T) => number, most = MOST_POINTS): number[] {
  const size = Math.max(1, Math.ceil(values.length / most));
  return Array.from({ length: Math.ceil(values.length / size) }, (_, block) => {
    const end = Math.min(values.length, (block + 1) * size);
    let sum = 0;
    for (let i = block * size; i < end; i += 1) sum += of(values[i]!);
    return sum / (end - block * size);
  });
}

/** The series of a run. */
export function seriesOf(steps: readonly RecordedStep[], most = MOST_POINTS): RunSeries {
  if (steps.length === 0) return NO_SERIES;
  const means = (of: (step: RecordedStep) => number): number[] => blockMeansOf(steps, of, most);
  return {
    step: means(({ step }) => step),
    loss: means(({ loss }) => loss),
    error: means(({ accuracy }) => 1 - accuracy),
    egn: means(({ egn }) => egn),
    ess: means(({ ess }) => ess),
  };
}

/** Lines of more groups than these nobody can tell apart. */
const MOST_GROUPS = 24;

/** The series of its groups. */
export function groupSeriesOf(steps: readonly RecordedStep[], most = MOST_POINTS): GroupSeries[] {
  const groups = steps[0]?.groups ?? [];
  if (groups.length > MOST_GROUPS) return [];
  return groups.map(({ name }, i) => ({
    name,
    share: blockMeansOf(steps, (step) => step.groups[i]!.share, most),
    ess: blockMeansOf(steps, (step) => step.groups[i]!.ess, most),
  }));
}
