import { counted, formatNumber } from '../../../src/text/output.js';
import type { RunSnapshot, SweepSnapshot } from '../../data/sweep-snapshot.js';
import type { Scene } from '../scene.js';
import { finishedRunsAt, type Offer, refused, timeText } from './offer.js';

/** Times as many steps as before. */
export const LENGTHENING = 2;

/** The undecided ELR at the cursor; all undecided ones where that is decided. */
function undecidedElrs({ verification }: SweepSnapshot, cursor: number | undefined): number[] {
  const undecided = verification.runs.filter(({ regime }) => regime === 'undecided').map(({ elr }) => elr);
  return [...new Set(cursor !== undefined && undecided.includes(cursor) ? [cursor] : undecided)];
}

/** Steps before and after, where they are the same for all. */
function stepsText(runs: readonly RunSnapshot[]): string {
  const steps = [...new Set(runs.map((run) => run.steps))];
  return steps.length === 1
    ? `from ${steps[0]} to ${LENGTHENING * steps[0]!} steps`
    : `to ${LENGTHENING} x their steps`;
}

/** Undecided runs trained for twice as many steps: those at the cursor, or all of them where the cursor is elsewhere. */
export function lengthening({ data: { sweep }, elr }: Scene): Offer {
  if (sweep === undefined) return refused('nothing has been read yet');
  const elrs = undecidedElrs(sweep, elr);
  const undecided = elrs.flatMap((each) => finishedRunsAt(sweep, each));
  if (undecided.length === 0)
    return refused(elrs.length > 0 ? 'no undecided run is finished: w trains them' : 'no run is undecided');
  const runs = undecided.filter((run) => run.lengthening === null);
  if (runs.length === 0) return refused(`cannot be lengthened: ${undecided[0]!.lengthening}`);
  const where = [...new Set(runs.map((run) => formatNumber(run.elr)))].join(', ');
  const added = runs.reduce((sum, run) => sum + ((LENGTHENING - 1) * run.steps) / runs.length, 0);
  const time = timeText(runs, added);
  const many = runs.length === 1 ? '' : `, ${counted(runs.length, 'run')}`;
  const cost = time === '' ? '' : `: ${time}${runs.length === 1 ? '' : ' each'}`;
  const act = { kind: 'lengthen', folders: runs.map(({ folder }) => folder) } as const;
  return { act, text: `L again trains ELR ${where}${many} ${stepsText(runs)}${cost}` };
}
