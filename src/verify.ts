import {
  bracketCentre,
  type MeasuredRun,
  measureRun,
  measureThresholds,
  NETWORK_TOLERANCE,
  type Thresholds,
} from './measure.js';
import {
  absolutePrediction,
  factorPrediction,
  type Prediction,
  type RegimeTheory,
  relativePrediction,
  untestedPrediction,
} from './prediction.js';
import { REGIMES } from './regime.js';
import type { SweepRun } from './run/sweep-directory.js';

/** A sweep compared with the theory, row by row (theory.md, section 4). */
export interface Verification {
  readonly thresholds: Thresholds;
  readonly runs: readonly MeasuredRun[];
  readonly predictions: readonly Prediction[];
}

export interface VerifyOptions {
  /** A loss within this fraction of that of random points counts as divergence. */
  readonly tolerance?: number;
}

/** K1 and K3 are measured in float32: a few times its rounding, 6e-8, after sums over tens of thousands of terms. */
const FLOAT32_TOLERANCE = 2e-6;
/** K2 is computed in float64 from the same sums. */
const FLOAT64_TOLERANCE = 1e-12;
/** Normalisation adds 1e-5 to variances of order 0.1 and larger. */
const RADIAL_TOLERANCE = 1e-3;
const STEP_TOLERANCE = 0.1;
const SHARE_TOLERANCE = 0.02;
const CURVE_TOLERANCE = 0.25;

const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

function identityPredictions(runs: readonly MeasuredRun[]): Prediction[] {
  const residual = (name: 'K1' | 'K2' | 'K3'): number => largest(runs.map(({ identities }) => identities[name]));
  const statements = { K1: 'angle of a step = arctan ess', K2: 'ess^2 = sum w_i ess_i^2', K3: 'shares after a step' };
  const rows = (['K1', 'K2', 'K3'] as const).map((name) =>
    absolutePrediction({
      name: `${name}: ${statements[name]}, all steps`,
      source: name,
      predicted: 0,
      measured: residual(name),
      tolerance: name === 'K2' ? FLOAT64_TOLERANCE : FLOAT32_TOLERANCE,
    }),
  );
  const worst = runs.reduce((a, b) => (b.radial > a.radial || Number.isNaN(b.radial) ? b : a));
  const radial = absolutePrediction({
    name: 'gradient orthogonal to weights, all steps',
    source: 'scale invariance',
    predicted: 0,
    measured: worst.radial,
    tolerance: RADIAL_TOLERANCE,
    note: `cosine, largest at ELR ${worst.elr}: the epsilon of normalisation`,
  });
  return [...rows, radial];
}

function orderPrediction(runs: readonly MeasuredRun[]): Prediction {
  const seen = runs.map(({ regime }) => regime).filter((regime) => regime !== 'undecided');
  const distinct = seen.filter((regime, i) => regime !== seen[i - 1]);
  const predicted = REGIMES.join(' < ');
  const measured = distinct.join(' < ');
  return {
    name: 'three regimes in order along the ELR',
    source: 'T1, T4, T6',
    predicted,
    measured,
    error: null,
    errorKind: 'absolute',
    tolerance: 0,
    holds: predicted === measured,
  };
}

/** A predicted threshold holds if it lies between the runs that bracket the measured one. */
function thresholdPrediction(
  name: string,
  source: string,
  predicted: number,
  { below, above }: Thresholds['convergence'],
) {
  const measured = bracketCentre({ below, above });
  const tolerance = measured === undefined ? 1 : Math.sqrt(above! / below!);
  if (measured === undefined)
    return untestedPrediction({ name, source, tolerance, note: 'not bracketed by these runs' });
  if (!(predicted > 0))
    return untestedPrediction({ name, source, tolerance, note: 'the loss does not rise with the ELR' });
  return factorPrediction({ name, source, predicted, measured, tolerance, note: 'holds if inside the bracket' });
}

/** The convergence threshold as equilibrium runs tell it, each way of reading them a row, and what follows from it. */
function thresholdPredictions(
  equilibria: readonly MeasuredRun[],
  thresholds: Thresholds,
  theory: RegimeTheory,
  tolerance: number,
): Prediction[] {
  const [first, second, ...others] = equilibria;
  const name = 'convergence threshold';
  if (first === undefined) {
    return [untestedPrediction({ name, source: 'T4', tolerance: 1, note: 'no run in equilibrium' })];
  }
  const { convergence, divergence } = thresholds;
  const fromLoss = first.elr / theory.ratioFromLoss(first.loss / first.randomLoss);
  const fromStep = first.elr / theory.ratioFromStep(first.effectiveStep);
  const single = [
    thresholdPrediction(`${name}, from the loss of one run`, 'T4', fromLoss, convergence),
    thresholdPrediction(`${name}, from the ESS of one run`, 'T4', fromStep, convergence),
  ];
  if (second === undefined) return single;
  const line = theory.equilibriumLine(first, second);
  // A line that falls has no threshold, whatever its zero.
  const rises = second.loss > first.loss;
  const fromLine = rises ? line.threshold : Number.NaN;
  const limit = rises ? theory.divergenceThreshold([1 / line.threshold], tolerance) : Number.NaN;
  return [
    thresholdPrediction(`${name}, from the losses of two runs`, 'T3, T4', fromLine, convergence),
    ...single,
    thresholdPrediction('divergence threshold', 'T6', limit, divergence),
    ...others.map((run) =>
      relativePrediction({
        name: `loss on the line A - B/elr, ELR ${run.elr}`,
        source: 'T4',
        predicted: line.lossAt(run.elr),
        measured: run.loss,
        tolerance: CURVE_TOLERANCE,
      }),
    ),
  ];
}

/** Of several groups, the one that is farthest from what is predicted. */
function farthest(
  predicted: readonly number[],
  measured: readonly number[],
  distance: (p: number, m: number) => number,
) {
  const errors = measured.map((value, i) => distance(predicted[i]!, value));
  // Object.is: a NaN is the farthest of all, and not equal to itself.
  const worst = largest(errors);
  const group = errors.findIndex((error) => Object.is(error, worst));
  return { predicted: predicted[group]!, measured: measured[group]!, note: `group ${group + 1} of ${measured.length}` };
}

/** In equilibrium all groups turn equally fast, and norm is shared as the gradient is (K4). */
const equilibriumPredictions = (run: MeasuredRun): Prediction[] => [
  relativePrediction({
    name: `all ess_i equal, ELR ${run.elr}`,
    source: 'K4',
    tolerance: STEP_TOLERANCE,
    ...farthest(
      run.groupEffectiveSteps.map(() => run.effectiveStep),
      run.groupEffectiveSteps,
      (p, m) => Math.abs(m / p - 1),
    ),
  }),
  absolutePrediction({
    name: `w_i = g_i / sum g_j, ELR ${run.elr}`,
    source: 'K4, T4',
    tolerance: SHARE_TOLERANCE,
    ...farthest(run.equilibriumShares, run.shares, (p, m) => Math.abs(m - p)),
  }),
];

const divergencePredictions = (runs: readonly MeasuredRun[], tolerance: number): Prediction[] =>
  runs.map((run) =>
    relativePrediction({
      name: `loss of random points, ELR ${run.elr}`,
      source: 'T6',
      predicted: run.randomLoss,
      measured: run.loss,
      tolerance,
    }),
  );

/** Compares the runs of a sweep, by rising ELR, with the theory. Runs without a step are left out. */
export function verifySweep(
  sweep: readonly SweepRun[],
  theory: RegimeTheory,
  { tolerance = NETWORK_TOLERANCE }: VerifyOptions = {},
): Verification {
  const runs = sweep.filter(({ steps }) => steps.length > 0).map((run) => measureRun(run, tolerance));
  const thresholds = measureThresholds(runs);
  if (runs.length === 0) return { thresholds, runs, predictions: [] };
  const within = (regime: string) => runs.filter((run) => run.regime === regime);
  const equilibria = within('chaotic equilibrium');
  const predictions = [
    ...identityPredictions(runs),
    orderPrediction(runs),
    ...thresholdPredictions(equilibria, thresholds, theory, tolerance),
    ...equilibria.flatMap(equilibriumPredictions),
    ...divergencePredictions(within('divergence'), tolerance),
  ];
  return { thresholds, runs, predictions };
}
