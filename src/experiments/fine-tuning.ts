import { mean } from '../numerics/means.js';
import { type CombinedEstimate, combineRuns } from '../numerics/statistics/combine-runs.js';
import type { PlacedValue } from '../numerics/statistics/ordered-trend.js';
import type { Regime } from '../regime/regime.js';
import type { Prediction } from '../verify/prediction.js';
import type { WeightsErrors } from './final-point.js';
import { orderedPrediction, strataBySeed } from './ordered-claim.js';

/** Pretraining at one ELR, then fine-tuning at a small one, or an average of weights in its place. */

/** A pretrained run with what was made of it. */
export interface Pretrained {
  readonly elr: number;
  readonly seed: number;
  readonly regime: Regime | 'undecided';
  readonly end: WeightsErrors;
  /** Of its weights at the ends of late epochs. */
  readonly average: WeightsErrors | undefined;
  /** After fine-tuning, by the ELR of that. */
  readonly tuned: readonly (WeightsErrors & { readonly elr: number })[];
}

/** A quantity of weights, seeds as one; undefined where no run has it. */
export type Cell = Pick<CombinedEstimate, 'mean' | 'error'> | undefined;

/** A pretraining ELR: what it ends with, its average, and what fine-tuning at each ELR makes of it. */
export interface GridRow {
  readonly elr: number;
  readonly end: Cell;
  readonly average: Cell;
  readonly tuned: readonly Cell[];
}

const cellOf = (values: readonly number[]): Cell =>
  values.length === 0 ? undefined : combineRuns(values.map((value) => ({ mean: value, error: Number.NaN })));

/** One quantity over the grid, a row for each pretraining ELR, a column for each ELR of fine-tuning. */
export function gridOf(
  runs: readonly Pretrained[],
  tuningElrs: readonly number[],
  quantity: (errors: WeightsErrors) => number,
): GridRow[] {
  const elrs = [...new Set(runs.map(({ elr }) => elr))].sort((a, b) => a - b);
  return elrs.map((elr) => {
    const alike = runs.filter((run) => run.elr === elr);
    const of = (errorsOf: (run: Pretrained) => readonly WeightsErrors[]): Cell =>
      cellOf(alike.flatMap((run) => errorsOf(run).map(quantity)));
    return {
      elr,
      end: of(({ end }) => [end]),
      average: of(({ average }) => (average === undefined ? [] : [average])),
      tuned: tuningElrs.map((at) => of(({ tuned }) => tuned.filter((run) => run.elr === at))),
    };
  });
}

/** The least mean of a grid; NaN of none. */
export const leastOf = (grid: readonly GridRow[]): number =>
  grid
    .flatMap(({ end, average, tuned }) => [end, average, ...tuned])
    .flatMap((cell) => cell?.mean ?? [])
    .reduce((least, value) => (least < value ? least : value), Number.NaN);

const tunedError = ({ tuned }: Pretrained): number => mean(tuned.map(({ testError }) => testError));
const regimeNumber = ({ regime }: Pretrained): number => (regime === 'convergence' ? 1 : 2);

/** A quantity before and after something was done, a stratum for each run. */
const pairs = (
  runs: readonly Pretrained[],
  before: (run: Pretrained) => number,
  after: (run: Pretrained) => number,
): PlacedValue[][] =>
  runs.map((run) => [
    { place: 0, value: before(run) },
    { place: 1, value: after(run) },
  ]);

/** The claims about leaving regime 2, each with its verdict. Fine-tuned runs count by the mean over the ELRs of fine-tuning. */
export function fineTuningPredictions(runs: readonly Pretrained[]): Prediction[] {
  const second = runs.filter(({ regime }) => regime === 'chaotic equilibrium');
  const judged = runs.filter(({ regime }) => regime === 'convergence' || regime === 'chaotic equilibrium');
  const lowers = (name: string, strata: PlacedValue[][]): Prediction =>
    orderedPrediction({ name, direction: 'falls', strata });
  const ended = ({ end }: Pretrained): number => end.testError;
  const averaged = ({ average }: Pretrained): number => average?.testError ?? Number.NaN;
  const byRegime = judged.map((run) => ({ elr: regimeNumber(run), seed: run.seed, value: tunedError(run) }));
  return [
    lowers('test error falls when regime 2 is left for a small ELR', pairs(second, ended, tunedError)),
    lowers('test error falls when weights in regime 2 are averaged', pairs(second, ended, averaged)),
    lowers(
      'test error after fine-tuning falls from regime 1 to 2 of pretraining',
      strataBySeed(byRegime, ({ value }) => value),
    ),
  ];
}
