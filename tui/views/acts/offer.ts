import { mean } from '../../../src/numerics/means.js';
import { formatDuration } from '../../../src/text/progress.js';
import type { RunSnapshot, SweepSnapshot } from '../../data/sweep-snapshot.js';

/** What a key would train: said, with its cost, at the first press and done at the second. */

export type Act =
  /** So many more runs inside the brackets of the thresholds. */
  | { readonly kind: 'bisect'; readonly runs: number }
  /** Twice as many steps of finished runs, by their folders. */
  | { readonly kind: 'lengthen'; readonly folders: readonly string[] }
  /** A rate that falls to almost nothing, from the last weights of finished runs on. */
  | { readonly kind: 'anneal'; readonly folders: readonly string[] };

export interface Offer {
  /** Undefined where nothing can be done. */
  readonly act?: Act;
  /** What it would cost, or why it cannot be. */
  readonly text: string;
}

export const refused = (text: string): Offer => ({ text });

/** How long so many steps take, by what the steps of finished runs took; empty where that is not known. */
export function timeText(runs: readonly Pick<RunSnapshot, 'secondsPerStep'>[], steps: number): string {
  const known = runs.flatMap(({ secondsPerStep }) => secondsPerStep ?? []);
  return known.length === 0 ? '' : `about ${formatDuration(mean(known) * steps)}`;
}

/** The finished runs of an ELR, all its seeds. */
export const finishedRunsAt = ({ runs }: Pick<SweepSnapshot, 'runs'>, elr: number | undefined): RunSnapshot[] =>
  runs.filter((run) => run.elr === elr && run.state === 'finished');
