import { ANNEAL_STEPS, annealingSteps } from '../../src/experiments/anneal.js';
import { mean } from '../../src/numerics/means.js';
import { nextElrs } from '../../src/regime/bisection.js';
import { counted, formatNumber } from '../../src/text/output.js';
import { formatDuration } from '../../src/text/progress.js';
import type { RunSnapshot, SweepSnapshot } from '../data/sweep-snapshot.js';
import type { OfferedCommand } from '../state/press.js';
import type { Scene } from './scene.js';

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

const refused = (text: string): Offer => ({ text });

/** How long so many steps take, by what the steps of finished runs took; empty where that is not known. */
function timeText(runs: readonly Pick<RunSnapshot, 'secondsPerStep'>[], steps: number): string {
  const known = runs.flatMap(({ secondsPerStep }) => secondsPerStep ?? []);
  return known.length === 0 ? '' : `about ${formatDuration(mean(known) * steps)}`;
}

/** The finished runs of an ELR, all its seeds. */
const finishedRunsAt = ({ runs }: Pick<SweepSnapshot, 'runs'>, elr: number | undefined): RunSnapshot[] =>
  runs.filter((run) => run.elr === elr && run.state === 'finished');

/** How narrow thresholds can become by keys: below it the regimes of neighbouring runs depend on the seed. */
export const NARROWEST = 1.2;

/** The ELRs in the middle of both brackets, or beyond where a regime was not seen, with the cost of their runs. */
function bisection({ data }: Scene): Offer {
  const { sweep } = data;
  if (sweep === undefined) return refused('nothing has been read yet');
  const { runs, settings, verification } = sweep;
  if (settings.length > 1)
    return refused('this sweep has several settings: regimes verify --refine with --where narrows one of them');
  const unfinished = runs.filter(({ state }) => state !== 'finished' && state !== 'failed').length;
  if (unfinished > 0) return refused(`${counted(unfinished, 'run')} not finished: w trains first what is planned`);
  const elrs = nextElrs(verification.runs, NARROWEST);
  if (elrs.length === 0) return refused(`both thresholds are known within a factor ${NARROWEST}, or no run is decided`);
  const count = elrs.length * new Set(runs.map(({ seed }) => seed)).size;
  // Of the length that was asked for, which runs that were lengthened since exceed.
  const steps = Math.min(...runs.map((run) => run.steps));
  const time = timeText(runs, steps);
  const cost = `${counted(count, 'run')} of ${steps} steps${time === '' ? '' : `, ${time} each`}`;
  const where = [...elrs].sort((a, b) => a - b).map((elr) => formatNumber(elr, 6));
  return { act: { kind: 'bisect', runs: count }, text: `B again trains ELR ${where.join(' and ')}: ${cost}` };
}

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
function lengthening({ data: { sweep }, elr }: Scene): Offer {
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

/** The run at the cursor, all its seeds, trained on while its rate falls to almost nothing: what it loses is its noise floor (T14). */
function annealing({ data: { sweep }, elr }: Scene): Offer {
  if (sweep === undefined || elr === undefined) return refused('nothing has been read yet');
  const runs = finishedRunsAt(sweep, elr);
  const [first] = runs;
  const at = `ELR ${formatNumber(elr)}`;
  if (first === undefined || first.stepsPerEpoch === null) return refused(`${at} is not finished: w trains it first`);
  const { schedule } = first.configuration;
  if (schedule !== undefined && schedule !== 'constant') return refused(`${at}: its rate falls already`);
  const steps = annealingSteps(ANNEAL_STEPS, first.stepsPerEpoch);
  const many = runs.length === 1 ? '' : `${counted(runs.length, 'seed')} of `;
  const time = timeText(runs, steps);
  const cost = `${steps} steps${time === '' ? '' : `, ${time}${runs.length === 1 ? '' : ' each'}`}`;
  const act = { kind: 'anneal', folders: runs.map(({ folder }) => folder) } as const;
  return { act, text: `A again anneals ${many}${at}: its rate falls to a thousandth; ${cost}` };
}

const OFFERS: Readonly<Record<OfferedCommand, (scene: Scene) => Offer>> = {
  bisect: bisection,
  lengthen: lengthening,
  anneal: annealing,
};

/** Why nothing can be trained from here, where nobody has planned these runs as a sweep. */
export const NO_SWEEP =
  'these runs are no sweep, so that no key trains them; the command that began a run also continues it';

/** What a key offers to train, or why it cannot. */
export const offerOf = (command: OfferedCommand, scene: Scene): Offer =>
  scene.data.sweep?.isSweep === false ? refused(NO_SWEEP) : OFFERS[command](scene);
