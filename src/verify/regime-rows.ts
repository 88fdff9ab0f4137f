import type { MeasuredRun } from '../regime/analyse.js';
import { REGIMES } from '../regime/classifier.js';
import { type Prediction, relativePrediction } from './prediction.js';

/** The regimes follow one another along the ELR, none missing (T1, T4, T6). Undecided runs have no say. */
export function orderPrediction(runs: readonly MeasuredRun[]): Prediction {
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

/** A diverged run is no better than random points on the sphere (T6). */
export const divergencePredictions = (runs: readonly MeasuredRun[], tolerance: number): Prediction[] =>
  runs.map((run) =>
    relativePrediction({
      name: `loss of random points, ELR ${run.elr}`,
      source: 'T6',
      predicted: run.randomLoss,
      measured: run.loss,
      tolerance,
      predictedError: run.randomLossError,
      ...(run.errors && { measuredError: run.errors.loss }),
    }),
  );
