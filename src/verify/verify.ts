import { type ForecastRecord, forecastObstacle } from '../forecast/forecast-file.js';
import {
  type MeasuredRun,
  measureRun,
  measureThresholds,
  NETWORK_TOLERANCE,
  type Thresholds,
} from '../regime/analyse.js';
import { averageByElr } from '../regime/seed-averages.js';
import type { RegimeTheory } from '../regime/theory.js';
import type { Balance } from '../run/balance-record.js';
import type { Curvature } from '../run/curvature-record.js';
import { equilibriumObstacle, isGradientStep, type TrainingSettings } from '../run/training-settings.js';
import type { SweepRun } from '../sweep/directory.js';
import { balancePredictions } from './break-even-rows.js';
import { curvaturePredictions } from './curvature-rows.js';
import { equilibriumPredictions } from './equilibrium-rows.js';
import { forecastPredictions } from './forecast-rows.js';
import { identityPredictions } from './identity-rows.js';
import { type Prediction, untestedPrediction } from './prediction.js';
import { divergencePredictions, orderPrediction } from './regime-rows.js';
import { thresholdPredictions } from './threshold-rows.js';

/** A sweep compared with the theory, row by row (theory.md, section 4). */
export interface Verification {
  readonly thresholds: Thresholds;
  /** One for each ELR: where several seeds ran at it, their average. */
  readonly runs: readonly MeasuredRun[];
  readonly predictions: readonly Prediction[];
}

export interface VerifyOptions {
  /** Curvatures that were measured at the ends of runs, by the run's folder. */
  readonly curvatures?: ReadonlyMap<string, Curvature>;
  /** Balances that were measured in their second halves, likewise. */
  readonly balances?: ReadonlyMap<string, Balance>;
  /** A loss within this fraction of that of random points counts as divergence. */
  readonly tolerance?: number;
}

export interface SweepVerifyOptions extends VerifyOptions {
  /** What a probe predicted before these runs. */
  readonly forecast?: ForecastRecord;
}

/** The same rows, untested; there is nothing to compare where the statement is not about such runs. */
const untested = (predictions: readonly Prediction[], note: string): Prediction[] =>
  predictions.map(({ name, source, tolerance }) => untestedPrediction({ name, source, tolerance, note }));

/** A run as far as verification needs it: measured, its steps no longer. */
export interface VerifiedRun {
  readonly directory: string;
  readonly training: TrainingSettings;
  readonly run: MeasuredRun;
}

/** Runs by rising ELR, each with what is known of it by its folder. */
const joined = <Known>(
  measured: readonly VerifiedRun[],
  known: ReadonlyMap<string, Known>,
): { readonly run: MeasuredRun; readonly known: Known }[] =>
  measured.flatMap(({ directory, run }) => {
    const found = known.get(directory);
    return found === undefined ? [] : [{ run, known: found }];
  });

/** What was predicted before these runs; untested where it was not about them. */
function forecastRows(forecast: ForecastRecord, runs: readonly SweepRun[], thresholds: Thresholds): Prediction[] {
  const rows = forecastPredictions(forecast, thresholds);
  const obstacle = runs
    .map(({ manifest: { configuration } }) => {
      return forecastObstacle(forecast, configuration) ?? equilibriumObstacle(configuration.training);
    })
    .find((reason) => reason !== undefined);
  return obstacle === undefined ? rows : untested(rows, obstacle);
}

/**
 * Compares the runs of a sweep, by rising ELR, with the theory. Runs without a step are left out; several runs at one ELR are
 * taken for seeds of one setting and averaged.
 */
export function verifySweep(
  sweep: readonly SweepRun[],
  theory: RegimeTheory,
  { forecast, ...options }: SweepVerifyOptions = {},
): Verification {
  const begun = sweep.filter(({ steps }) => steps.length > 0);
  const recorded = begun.map((run) => ({
    directory: run.directory,
    training: run.manifest.configuration.training,
    run: measureRun(run, options.tolerance),
  }));
  const verification = verifyMeasured(recorded, theory, options);
  if (forecast === undefined) return verification;
  const rows = forecastRows(forecast, begun, verification.thresholds);
  return { ...verification, predictions: [...verification.predictions, ...rows] };
}

/** The same for runs that were measured before, with the same tolerance; each has a step at least. */
export function verifyMeasured(
  recorded: readonly VerifiedRun[],
  theory: RegimeTheory,
  { tolerance = NETWORK_TOLERANCE, curvatures = new Map(), balances = new Map() }: VerifyOptions = {},
): Verification {
  const measured = recorded.map(({ run }) => run);
  const runs = averageByElr(measured);
  const thresholds = measureThresholds(runs);
  if (runs.length === 0) return { thresholds, runs, predictions: [] };
  const within = (regime: string) => runs.filter((run) => run.regime === regime);
  const equilibria = within('chaotic equilibrium');
  const settings = recorded.map(({ training }) => training);
  const obstacle = settings.map(equilibriumObstacle).find((reason) => reason !== undefined);
  const curved = joined(recorded, curvatures)
    .filter(({ run }) => run.regime === 'convergence')
    .map(({ run, known: curvature }) => ({ run, curvature }));
  const balanced = joined(recorded, balances).map(({ run, known: balance }) => ({ run, balance }));
  const ofEquilibria = [
    ...thresholdPredictions(equilibria, thresholds, theory, tolerance),
    ...equilibria.flatMap(equilibriumPredictions),
    ...curvaturePredictions(curved, thresholds.convergence, theory),
    ...balancePredictions(balanced),
  ];
  const predictions = [
    ...identityPredictions(measured.filter((_, i) => isGradientStep(settings[i]!))),
    orderPrediction(runs),
    ...(obstacle === undefined ? ofEquilibria : untested(ofEquilibria, obstacle)),
    ...divergencePredictions(within('divergence'), tolerance),
  ];
  return { thresholds, runs, predictions };
}
