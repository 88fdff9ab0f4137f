import { type CombinedEstimate, combineRuns } from '../numerics/statistics/combine-runs.js';
import { type MeasuredRun, NETWORK_TOLERANCE, type NoiseShare } from '../regime/analyse.js';
import type { Regime } from '../regime/regime.js';
import { eachSeed } from '../regime/seed-averages.js';
import type { JudgedRun } from '../regime/thresholds.js';
import type { RecordedRun } from '../run/recorded-run.js';
import type { Prediction } from '../verify/prediction.js';
import { divergencePredictions, orderPrediction } from '../verify/regime-rows.js';
import { finalPoint } from './final-point.js';
import { orderedPrediction, strataBySeed } from './ordered-claim.js';

/** The three regimes along the ELR: what a run at each of them ends with. */

/** A number and its standard error, NaN where it is not known. */
type Measured = Pick<CombinedEstimate, 'mean' | 'error'>;

/** Runs at one ELR, their seeds as one. */
export interface RegimeRow {
  /** Of the toy k. */
  readonly elr: number;
  readonly regime: Regime | 'undecided';
  /** Mean over the stationary part, or the second half, of the losses of batches. */
  readonly loss: Measured;
  /** Of all test images at the last weights; NaN of the toy, and where nothing was measured. */
  readonly testError: Measured;
  readonly egn: Measured;
  readonly noiseShare: NoiseShare;
}

/** The last weights of runs at one ELR. */
function testErrorAt(runs: readonly RecordedRun[], elr: number): Measured {
  const alike = runs.filter(({ manifest }) => manifest.configuration.rate.value === elr);
  const errors = alike.flatMap((run) => finalPoint(run)?.testError ?? []);
  if (errors.length === 0) return { mean: Number.NaN, error: Number.NaN };
  return combineRuns(errors.map((mean) => ({ mean, error: Number.NaN })));
}

/** A row for each ELR of runs of a network, by rising ELR. */
export const regimeRows = (measured: readonly MeasuredRun[], runs: readonly RecordedRun[]): RegimeRow[] =>
  measured.map(({ elr, regime, loss, egn, errors, noiseShare }) => ({
    ...{ elr, regime, noiseShare },
    loss: { mean: loss, error: errors?.loss ?? Number.NaN },
    egn: { mean: egn, error: errors?.egn ?? Number.NaN },
    testError: testErrorAt(runs, elr),
  }));

/** The single runs of a regime, of runs at several ELRs. */
export const runsIn = (measured: readonly MeasuredRun[], regime: Regime): MeasuredRun[] =>
  eachSeed(measured).filter((run) => run.regime === regime);

/** What the paper and the toy say of regimes along the ELR, each with its verdict. */
export const regimePredictions = (measured: readonly MeasuredRun[]): Prediction[] => [
  orderPrediction(measured),
  orderedPrediction({
    name: 'loss in equilibrium rises with the ELR',
    direction: 'rises',
    source: 'paper, T4',
    strata: strataBySeed(runsIn(measured, 'chaotic equilibrium'), ({ loss }) => loss),
  }),
  ...divergencePredictions(
    measured.filter(({ regime }) => regime === 'divergence'),
    NETWORK_TOLERANCE,
  ),
];

/** The same of a toy, as far as a row has its counterpart. */
export const toyRegimePredictions = (runs: readonly JudgedRun[]): Prediction[] => [orderPrediction(runs)];
