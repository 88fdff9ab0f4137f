import { nextElrs } from '../../src/regime/bisection.js';
import { counted, formatNumber } from '../../src/text/output.js';
import { formatDuration } from '../../src/text/progress.js';
import type { RunSnapshot } from '../data/sweep-snapshot.js';
import type { Scene } from './scene.js';

/** How narrow thresholds can become by keys: below it the regimes of neighbouring runs depend on the seed. */
export const NARROWEST = 1.2;

/** What one more round of bisection would do, said before it is done. */
export interface Bisection {
  /** ELRs that it would add, one for each threshold at most; none where it cannot. */
  readonly elrs: readonly number[];
  /** Runs: one for each seed. */
  readonly runs: number;
  /** What it would cost, or why it cannot be. */
  readonly text: string;
}

const refused = (text: string): Bisection => ({ elrs: [], runs: 0, text });

/** Seconds of a run of these steps, by what finished ones took; undefined where none is known. */
function secondsOfRun(runs: readonly RunSnapshot[]): number | undefined {
  const known = runs.filter(({ secondsPerStep }) => secondsPerStep !== null);
  if (known.length === 0) return undefined;
  const perStep = known.reduce((sum, { secondsPerStep }) => sum + secondsPerStep! / known.length, 0);
  return perStep * Math.max(...runs.map(({ steps }) => steps));
}

/** The ELRs in the middle of both brackets, or beyond where a regime was not seen, with the cost of their runs. */
export function bisection({ data }: Scene): Bisection {
  const { sweep } = data;
  if (sweep === undefined) return refused('nothing has been read yet');
  const { runs, settings, verification } = sweep;
  if (settings.length > 1)
    return refused('this sweep has several settings: regimes refine --where narrows one of them');
  const unfinished = runs.filter(({ state }) => state !== 'finished' && state !== 'failed').length;
  if (unfinished > 0) return refused(`${counted(unfinished, 'run')} not finished: w trains first what is planned`);
  const elrs = nextElrs(verification.runs, NARROWEST);
  if (elrs.length === 0) return refused(`both thresholds are known within a factor ${NARROWEST}, or no run is decided`);
  const count = elrs.length * new Set(runs.map(({ seed }) => seed)).size;
  const seconds = secondsOfRun(runs);
  const steps = Math.max(...runs.map((run) => run.steps));
  const cost = `${counted(count, 'run')} of ${steps} steps${seconds === undefined ? '' : `, about ${formatDuration(seconds)} each`}`;
  const where = [...elrs].sort((a, b) => a - b).map((elr) => formatNumber(elr, 6));
  return { elrs, runs: count, text: `B again trains ELR ${where.join(' and ')}: ${cost}` };
}
