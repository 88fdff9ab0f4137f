import { type ForecastRecord, forecastObstacle } from '../forecast/forecast-file.js';
import { type MeasuredRun, NETWORK_TOLERANCE } from '../regime/analyse.js';
import { REGIMES } from '../regime/regime.js';
import { averageByElr } from '../regime/seed-averages.js';
import type { RegimeTheory } from '../regime/theory.js';
import { measureThresholds, type Thresholds } from '../regime/thresholds.js';
import type { Annealing } from '../run/annealing-record.js';
import type { Balance } from '../run/balance-record.js';
import type { Curvature } from '../run/curvature-record.js';
import type { SweepRun } from '../run/recorded-run.js';
import {
  equilibriumObstacle,
  isGradientStep,
  noiseFloorObstacle,
  type TrainingSettings,
} from '../run/training-settings.js';
import { annealingPredictions } from './annealing-rows.js';
import { balancePredictions } from './break-even-rows.js';
import { curvaturePredictions } from './curvature-rows.js';
import { allEquilibriumPredictions } from './equilibrium-rows.js';
import { forecastPredictions } from './forecast-rows.js';
import { gradientFallPredictions } from './gradient-fall-rows.js';
import { identityPredictions } from './identity-rows.js';
import { type MeasuredSweepRun, measureSweepRun, type VerifiedRun } from './measured-sweep.js';
import { divergenceSharePredictions, floorPredictions } from './noise-rows.js';
import { GROUPS, inGroup, type Prediction, untestedPrediction } from './prediction.js';
import { divergencePredictions, orderPrediction } from './regime-rows.js';
import { sameBatchPredictions } from './same-batch-rows.js';
import { linePredictions, thresholdPredictions } from './threshold-rows.js';

/** A sweep compared with the theory, row by row (theory.md, section 4). */
export interface Verification {
  readonly thresholds: Thresholds;
  /** One entry for each ELR, averaged over seeds. */
  readonly runs: readonly MeasuredRun[];
  readonly predictions: readonly Prediction[];
}

/** What verification may take into account besides the steps of the runs. */
export interface VerifyOptions {
  /** Curvatures that were measured at the ends of runs, by the run's folder. */
  readonly curvatures?: ReadonlyMap<string, Curvature>;
  /** Balances measured in the second halves of runs, by the run's folder. */
  readonly balances?: ReadonlyMap<string, Balance>;
  /** What runs lost when their rate was decayed, by the run's folder. */
  readonly annealings?: ReadonlyMap<string, Annealing>;
  /** A loss within this fraction of that of random points counts as divergence. */
  readonly tolerance?: number;
}

/** What `verifySweep` may take into account besides the runs. */
export interface SweepVerifyOptions extends VerifyOptions {
  /** What a probe predicted before these runs. */
  readonly forecast?: ForecastRecord;
}

/** The same rows marked untested, for runs to which the statement does not apply. */
const untested = (predictions: readonly Prediction[], note: string): Prediction[] =>
  predictions.map(({ name, source, tolerance }) => untestedPrediction({ name, source, tolerance, note }));

/** The rows; untested where one of these has an obstacle. */
function judgedUnless<Of>(
  all: readonly Of[],
  obstacleOf: (one: Of) => string | undefined,
  rows: readonly Prediction[],
): readonly Prediction[] {
  const obstacle = all.map(obstacleOf).find((reason) => reason !== undefined);
  return obstacle === undefined ? rows : untested(rows, obstacle);
}

/** Runs by rising ELR, each with the measurements kept in its folder. */
const joined = <Known>(
  measured: readonly VerifiedRun[],
  known: ReadonlyMap<string, Known>,
): { readonly run: MeasuredRun; readonly directory: string; readonly known: Known }[] =>
  measured.flatMap(({ directory, run }) => {
    const found = known.get(directory);
    return found === undefined ? [] : [{ run, directory, known: found }];
  });

/** Predictions made before these runs; untested if they were made for other runs. */
const forecastRows = (forecast: ForecastRecord, runs: readonly MeasuredSweepRun[], thresholds: Thresholds) =>
  judgedUnless(
    runs,
    ({ configuration }) => forecastObstacle(forecast, configuration) ?? equilibriumObstacle(configuration.training),
    forecastPredictions(forecast, thresholds),
  );

/**
 * Compares the runs of a sweep, by rising ELR, with the theory. Runs without a step are left out; several runs at one ELR are
 * taken for seeds of one setting and averaged.
 *
 * @example
 * const { thresholds, predictions } = verifySweep(readSweep('runs/sweep'), toyTheory);
 * console.log(thresholds.divergence.above); // 1
 * console.log(predictions.find(({ name }) => name.startsWith('K2')).holds); // true
 */
export function verifySweep(
  sweep: readonly SweepRun[],
  theory: RegimeTheory,
  options: SweepVerifyOptions = {},
): Verification {
  const begun = sweep.filter(({ steps }) => steps.length > 0);
  return verifyMeasuredSweep(
    begun.map((run) => measureSweepRun(run, options.tolerance)),
    theory,
    options,
  );
}

/** The same for runs that were measured before, with the same tolerance. */
export function verifyMeasuredSweep(
  recorded: readonly MeasuredSweepRun[],
  theory: RegimeTheory,
  { forecast, ...options }: SweepVerifyOptions = {},
): Verification {
  const verification = verifyMeasured(recorded, theory, options);
  if (forecast === undefined) return verification;
  const rows = inGroup('thresholds', forecastRows(forecast, recorded, verification.thresholds));
  const all = [...verification.predictions, ...rows];
  return { ...verification, predictions: GROUPS.flatMap((group) => all.filter((row) => row.group === group)) };
}

/** What was measured at the weights of runs: curvatures of those that converged, balances, and what annealing took away. */
function keptMeasurements(recorded: readonly VerifiedRun[], options: VerifyOptions) {
  const { curvatures = new Map(), balances = new Map(), annealings = new Map() } = options;
  return {
    curved: joined(recorded, curvatures)
      .filter(({ run }) => run.regime === 'convergence')
      .map(({ run, known: curvature }) => ({ run, curvature })),
    balanced: joined(recorded, balances).map(({ run, directory, known: balance }) => {
      const curvature = curvatures.get(directory);
      return { run, balance, ...(curvature && { curvature }) };
    }),
    annealed: joined(recorded, annealings).map(({ run, known: annealing }) => ({ run, annealing })),
  };
}

/** The same for runs that were measured before, with the same tolerance; each has a step at least. */
export function verifyMeasured(
  recorded: readonly VerifiedRun[],
  theory: RegimeTheory,
  options: VerifyOptions = {},
): Verification {
  const { tolerance = NETWORK_TOLERANCE } = options;
  const measured = recorded.map(({ run }) => run);
  const runs = averageByElr(measured);
  const thresholds = measureThresholds(runs);
  if (runs.length === 0) return { thresholds, runs, predictions: [] };
  const within = (regime: string) => runs.filter((run) => run.regime === regime);
  const [converging, equilibria, diverged] = REGIMES.map(within) as [MeasuredRun[], MeasuredRun[], MeasuredRun[]];
  const settings = recorded.map(({ training }) => training);
  const unless = (obstacleOf: (training: TrainingSettings) => string | undefined, rows: readonly Prediction[]) =>
    judgedUnless(settings, obstacleOf, rows);
  const { curved, balanced, annealed } = keptMeasurements(recorded, options);
  const predictions = [
    ...inGroup('regimes', [
      orderPrediction(runs),
      ...divergencePredictions(diverged, tolerance),
      ...unless(noiseFloorObstacle, divergenceSharePredictions(diverged, tolerance)),
    ]),
    ...inGroup('thresholds', [
      ...unless(noiseFloorObstacle, gradientFallPredictions(converging, thresholds.convergence)),
      ...unless(equilibriumObstacle, [
        ...thresholdPredictions(equilibria, thresholds, theory, tolerance),
        ...sameBatchPredictions(balanced),
        ...curvaturePredictions(curved, thresholds.convergence, theory),
      ]),
    ]),
    ...inGroup('equilibrium', [
      ...unless(noiseFloorObstacle, [...floorPredictions(equilibria), ...annealingPredictions(annealed)]),
      ...unless(equilibriumObstacle, [
        ...linePredictions(equilibria, theory),
        ...allEquilibriumPredictions(equilibria),
        ...balancePredictions(balanced),
      ]),
    ]),
    ...inGroup('kinematics', identityPredictions(measured.filter((_, i) => isGradientStep(settings[i]!)))),
  ];
  return { thresholds, runs, predictions };
}
