import { formatNumber } from '../numerics/format-number.js';
import type { MeasuredRun } from '../regime/analyse.js';
import { NOT_STATIONARY } from './equilibrium-rows.js';
import { factorPrediction, lowerBoundPrediction, type Prediction, untestedPrediction } from './prediction.js';

/** The predictions of T14 for a sweep, without any fit: the loss in equilibrium, and R in divergence. */

/** The same tolerance as for the line of T4: the valley need not be quadratic, nor the batches independent. */
const FLOOR_FACTOR = 1.25;

const FLOOR = 'loss = noise floor (R = 1)';

/** The loss of a run in equilibrium compared with ELR E|g|^2 / 4, the level at which its noise keeps it. */
function floorPrediction({ elr, loss, stationary, noiseShare, errors }: MeasuredRun): Prediction {
  const row = { name: `${FLOOR}, ELR ${elr}`, source: 'T14', tolerance: FLOOR_FACTOR };
  if (stationary === null) return untestedPrediction({ ...row, note: NOT_STATIONARY });
  const { value, error } = noiseShare;
  return factorPrediction({
    ...row,
    predicted: value * loss,
    measured: loss,
    note: `R = ${formatNumber(value)}`,
    ...(errors && { measuredError: errors.loss }),
    // Of 1 / R or R, whichever is the factor: the loss and the gradients of a run move together.
    uncertainty: (Math.max(value, 1 / value) * error) / value,
  });
}

/** One row for each run in equilibrium; a single untested row if there is none. */
export const floorPredictions = (equilibria: readonly MeasuredRun[]): Prediction[] =>
  equilibria.length > 0
    ? equilibria.map(floorPrediction)
    : [untestedPrediction({ name: FLOOR, source: 'T14', tolerance: FLOOR_FACTOR, note: 'no run in equilibrium' })];

const SHARE_TOLERANCE = 0.25;
const DIVERGED = 'lower bound on R of a diverged run';

/**
 * In divergence the loss has stopped rising with the step size, so R is at least its value on the orbit of T4 where the toy
 * diverges, (k + 1) / 2 at k = 1 / tolerance. The bound is one-sided: no measured R above it is an error.
 */
export function divergenceSharePredictions(diverged: readonly MeasuredRun[], tolerance: number): Prediction[] {
  const row = { source: 'T6, T14', tolerance: SHARE_TOLERANCE };
  if (diverged.length === 0) return [untestedPrediction({ ...row, name: DIVERGED, note: 'no run diverges' })];
  const least = (1 / tolerance + 1) / 2;
  return diverged.map(({ elr, noiseShare: { value, error } }) =>
    lowerBoundPrediction({
      ...{ ...row, name: `${DIVERGED}, ELR ${elr}`, predicted: least, measured: value, measuredError: error },
      note: 'at least (1 / tolerance + 1) / 2',
    }),
  );
}
