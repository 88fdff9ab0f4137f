import { formatNumber } from '../numerics/format-number.js';
import type { MeasuredRun } from '../regime/analyse.js';
import { REGIMES } from '../regime/regime.js';
import type { JudgedRun } from '../regime/thresholds.js';
import { type Prediction, relativePrediction, untestedPrediction } from './prediction.js';

/** Why a correct order is not yet a test; undefined if it is one. */
function missing(runs: readonly JudgedRun[]): string | undefined {
  const decided = runs.map(({ regime }) => regime !== 'undecided');
  const between = runs.slice(decided.indexOf(true), decided.lastIndexOf(true));
  const undecided = between.filter(({ regime }) => regime === 'undecided').map(({ elr }) => formatNumber(elr));
  const unseen = REGIMES.filter((regime) => runs.every((run) => run.regime !== regime));
  const reasons = [
    ...(unseen.length > 0 ? [`no run in ${unseen.join(', none in ')}`] : []),
    ...(undecided.length > 0 ? [`undecided between others at ELR ${undecided.join(', ')}`] : []),
  ];
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

/**
 * The regimes follow one another along the ELR, with none missing (T1, T4, T6). Fails if decided runs are out of order, and holds
 * once all three were seen and no run between them is undecided.
 */
export function orderPrediction(runs: readonly JudgedRun[]): Prediction {
  const seen = runs.map(({ regime }) => regime).filter((regime) => regime !== 'undecided');
  const distinct = seen.filter((regime, i) => regime !== seen[i - 1]);
  const isInOrder = distinct.every(
    (regime, i) => i === 0 || REGIMES.indexOf(regime) > REGIMES.indexOf(distinct[i - 1]!),
  );
  const reason = missing(runs);
  return {
    name: 'three regimes in order along the ELR',
    source: 'T1, T4, T6',
    predicted: REGIMES.join(' < '),
    measured: distinct.join(' < '),
    error: null,
    errorKind: 'absolute',
    tolerance: 0,
    holds: !isInOrder ? false : reason === undefined ? true : null,
    ...(isInOrder && reason !== undefined && { note: reason }),
  };
}

const RANDOM = 'loss of random points';

/** A diverged run is no better than random points on the sphere (T6); untested if none diverged. */
export function divergencePredictions(runs: readonly MeasuredRun[], tolerance: number): Prediction[] {
  if (runs.length === 0)
    return [untestedPrediction({ name: RANDOM, source: 'T6', tolerance, note: 'no run diverges' })];
  return runs.map((run) =>
    relativePrediction({
      name: `${RANDOM}, ELR ${run.elr}`,
      source: 'T6',
      predicted: run.randomLoss,
      measured: run.loss,
      tolerance,
      predictedError: run.randomLossError,
      ...(run.errors && { measuredError: run.errors.loss }),
    }),
  );
}
