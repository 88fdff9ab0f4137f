import { largest, type MeasuredRun } from '../regime/analyse.js';
import { absolutePrediction, type Prediction, relativePrediction, untestedPrediction } from './prediction.js';

const STEP_TOLERANCE = 0.1;
const SHARE_TOLERANCE = 0.02;

const EQUAL_STEPS = 'all ess_i equal';
const SHARES_OF_ALL = 'w_i from the g_i of all steps';
const SHARES_OF_MEANS = 'w_i = g_i / sum g_j';

/** Why averages of a run in equilibrium are not compared. */
export const NOT_STATIONARY = 'no part of the run is stationary: its loss still drifts';

/** The group farthest from its prediction. */
function farthest(
  predicted: readonly number[],
  measured: readonly number[],
  distance: (p: number, m: number) => number,
) {
  const errors = measured.map((value, i) => distance(predicted[i]!, value));
  // Object.is: a NaN is the farthest of all, and not equal to itself.
  const worst = largest(errors);
  const group = errors.findIndex((error) => Object.is(error, worst));
  const note = `group ${group + 1} of ${measured.length}`;
  return { group, row: { predicted: predicted[group]!, measured: measured[group]!, note } };
}

function stepPrediction(run: MeasuredRun): Prediction {
  const { effectiveStep, groupEffectiveSteps, errors } = run;
  const { group, row } = farthest(
    groupEffectiveSteps.map(() => effectiveStep),
    groupEffectiveSteps,
    (p, m) => Math.abs(m / p - 1),
  );
  return relativePrediction({
    name: `${EQUAL_STEPS}, ELR ${run.elr}`,
    source: 'K4',
    tolerance: STEP_TOLERANCE,
    ...row,
    ...(errors && {
      predictedError: errors.effectiveStep,
      measuredError: errors.groupEffectiveSteps[group]!,
      uncertainty: errors.stepRatios[group]!,
    }),
  });
}

/** Standard errors of a predicted and the measured share, and of what they are compared by. */
const shareErrors = (
  errors: MeasuredRun['errors'],
  group: number,
  [predicted, compared]: readonly ['equilibriumShares', 'shareGaps'] | readonly ['turnShares', 'turnRatios'],
) =>
  errors === null
    ? {}
    : {
        predictedError: errors[predicted][group]!,
        measuredError: errors.shares[group]!,
        uncertainty: errors[compared][group]!,
      };

function sharePrediction({ elr, equilibriumShares, shares, errors }: MeasuredRun): Prediction {
  const { group, row } = farthest(equilibriumShares, shares, (p, m) => Math.abs(m - p));
  return absolutePrediction({
    name: `${SHARES_OF_MEANS}, ELR ${elr}`,
    source: 'K4, T4',
    tolerance: SHARE_TOLERANCE,
    ...row,
    ...shareErrors(errors, group, ['equilibriumShares', 'shareGaps']),
  });
}

/**
 * The same from the gradients of all steps rather than their means, which rare large ones change: K4 as it stands, for shares
 * that hardly move.
 */
function turnSharePrediction({ elr, turnShares, shares, errors }: MeasuredRun): Prediction {
  const { group, row } = farthest(turnShares, shares, (p, m) => Math.abs(m / p - 1));
  return relativePrediction({
    name: `${SHARES_OF_ALL}, ELR ${elr}`,
    source: 'K4',
    tolerance: STEP_TOLERANCE,
    ...row,
    ...shareErrors(errors, group, ['turnShares', 'turnRatios']),
  });
}

const ROWS = [stepPrediction, turnSharePrediction, sharePrediction] as const;

const NAMES = [
  { name: EQUAL_STEPS, source: 'K4', tolerance: STEP_TOLERANCE },
  { name: SHARES_OF_ALL, source: 'K4', tolerance: STEP_TOLERANCE },
  { name: SHARES_OF_MEANS, source: 'K4, T4', tolerance: SHARE_TOLERANCE },
] as const;

/** The rows of every run in equilibrium; untested if there is none. */
export const allEquilibriumPredictions = (equilibria: readonly MeasuredRun[]): Prediction[] =>
  equilibria.length > 0
    ? equilibria.flatMap(equilibriumPredictions)
    : NAMES.map((row) => untestedPrediction({ ...row, note: 'no run in equilibrium' }));

/** In equilibrium all groups turn equally fast, and norm is shared as the gradient is (K4): averages of a stationary part. */
export function equilibriumPredictions(run: MeasuredRun): Prediction[] {
  const rows = ROWS.map((row) => row(run));
  if (run.stationary !== null) return rows;
  return rows.map(({ name, source, tolerance }) =>
    untestedPrediction({ name, source, tolerance, note: NOT_STATIONARY }),
  );
}
