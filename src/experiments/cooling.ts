import { type CombinedEstimate, combineRuns } from '../numerics/statistics/combine-runs.js';
import type { Estimate } from '../numerics/statistics/estimate.js';
import { type RatioOfMeans, ratioOfMeans } from '../numerics/statistics/ratio.js';
import type { LossLost } from '../run/annealing-record.js';
import { type CombinedLoss, combineLosses } from '../verify/combined-loss.js';
import { belowOnePrediction } from '../verify/order-row.js';
import { factorPrediction, type Prediction } from '../verify/prediction.js';
import type { Subject, SubjectPrediction } from './experiment.js';

/** Whether the bottom of the valley to which annealing leads depends on the ELR at which a run has stayed (theory.md, T15). */

/** A run stays at an ELR; from there on for longer; or at a lower ELR; and from there at the first ELR again. */
export const STAYS = ['first', 'longer', 'cooler', 'back'] as const;
export type Stay = (typeof STAYS)[number];

/** The lower ELR, as short as it is written in the names of runs. */
export const coolerElr = (elr: number, factor: number): number => Number((elr * factor).toPrecision(12));

/** One stay, its seeds as one. */
export interface MeasuredStay {
  readonly of: Subject;
  readonly stay: Stay;
  /** Of the first stay; of the toy as it has it. */
  readonly firstElr: number;
  readonly elr: number;
  /** What was lost by annealing from its end. */
  readonly loss: CombinedLoss;
  /** Loss after annealing. */
  readonly bottom: CombinedEstimate;
  /** What the closed form has for bottom and loss lost; of the toy. */
  readonly expected?: { readonly bottom: number; readonly lost: number };
}

/** Runs of one stay that differ in their seed. Fails (Error) without any. */
export const measureStay = (named: Omit<MeasuredStay, 'loss' | 'bottom'>, runs: readonly LossLost[]): MeasuredStay => ({
  ...named,
  loss: combineLosses(runs),
  bottom: combineRuns(runs.map(({ annealed }) => ({ mean: annealed.value, error: annealed.error }))),
});

/** The bottom of a stay over that of the first of the same network or toy, and ELR; NaN where that is not there. */
export function bottomRatio({ of, firstElr, bottom }: MeasuredStay, stays: readonly MeasuredStay[]): RatioOfMeans {
  const first = stays.find((other) => other.of === of && other.firstElr === firstElr && other.stay === 'first');
  if (first === undefined) return { mean: Number.NaN, error: Number.NaN, degrees: Number.NaN };
  return ratioOfMeans(bottom, first.bottom);
}

/** As far as a loss in equilibrium may be off its floor, too. */
const TOLERANCE = 1.25;
/** What the toy may differ by from a closed form in which the valley changes slowly. */
const TOY_TOLERANCE = 1.1;

/** A ratio of bottoms as the row `name`. */
const sameBottom = (name: string, { mean, error }: RatioOfMeans, source: string): Prediction =>
  factorPrediction({ ...{ name, source, tolerance: TOLERANCE }, predicted: 1, measured: mean, measuredError: error });

function rowsOf({ stay, firstElr, elr }: MeasuredStay, ratio: RatioOfMeans): Prediction[] {
  const at = `ELR ${firstElr}`;
  switch (stay) {
    case 'first':
      return [];
    case 'longer':
      return [sameBottom(`bottom after a longer stay over the first, ${at}`, ratio, 'T15')];
    case 'cooler':
      return [
        belowOnePrediction({ name: `bottom after ELR ${elr} below the first, ${at}`, source: 'T15' }, ratio),
        sameBottom(`bottom after ELR ${elr} over the first, ${at}, one bottom`, ratio, 'T14'),
      ];
    case 'back':
      return [sameBottom(`bottom after the return over the first, ${at}`, ratio, 'T15')];
  }
}

/** Rows of the toy: its closed form. */
function closedFormRows({ stay, firstElr, loss: { lost }, bottom, expected }: MeasuredStay): Prediction[] {
  if (expected === undefined) return [];
  const row = (what: string, predicted: number, { mean, error }: Estimate): Prediction =>
    factorPrediction({
      ...{ name: `${what}, ${stay} stay at ELR ${firstElr}, closed form`, source: 'T15', tolerance: TOY_TOLERANCE },
      ...{ predicted, measured: mean, measuredError: error },
    });
  return [row('bottom', expected.bottom, bottom), row('loss lost by annealing', expected.lost, lost)];
}

/** Rows of all stays: those that compare them with the first, then what the closed form has. */
export function coolingRows(stays: readonly MeasuredStay[]): SubjectPrediction[] {
  const compared = (stay: MeasuredStay): Prediction[] => rowsOf(stay, bottomRatio(stay, stays));
  const rows = (of: (stay: MeasuredStay) => Prediction[]): SubjectPrediction[] =>
    stays.flatMap((stay) => of(stay).map((row) => ({ ...row, of: stay.of })));
  return [...rows(compared), ...rows(closedFormRows)];
}
