import { largest, type MeasuredRun } from '../measure.js';
import { absolutePrediction, type Prediction, relativePrediction } from '../prediction.js';

const STEP_TOLERANCE = 0.1;
const SHARE_TOLERANCE = 0.02;

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
export const equilibriumPredictions = (run: MeasuredRun): Prediction[] => [
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
