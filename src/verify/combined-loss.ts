import { mean } from '../numerics/means.js';
import { type CombinedEstimate, combineRuns } from '../numerics/statistics/combine-runs.js';
import type { LossLost } from '../run/annealing-record.js';

/** Runs that differ in their seed as one. */
export interface CombinedLoss {
  readonly loss: CombinedEstimate;
  readonly fall: number;
  readonly lost: CombinedEstimate;
  readonly predicted: CombinedEstimate;
  readonly ratio: CombinedEstimate;
  /** R = `predicted` / `loss`. */
  readonly noiseShare: number;
}

/** Means over seeds of what each of them lost. Fails (Error) without runs. */
export function combineLosses(runs: readonly LossLost[]): CombinedLoss {
  if (runs.length === 0) throw new Error('there are no runs to combine');
  const combined = (name: 'loss' | 'lost' | 'predicted' | 'ratio') =>
    combineRuns(runs.map((run) => ({ mean: run[name].value, error: run[name].error })));
  const [loss, predicted] = [combined('loss'), combined('predicted')];
  return {
    loss,
    fall: mean(runs.map(({ fall }) => fall)),
    lost: combined('lost'),
    predicted,
    ratio: combined('ratio'),
    noiseShare: predicted.mean / loss.mean,
  };
}
