import { mean } from '../numerics/means.js';
import { type CombinedEstimate, combineRuns } from '../numerics/statistics/combine-runs.js';
import type { LossLost } from '../run/annealing-record.js';
import { type CombinedLoss, combineLosses } from '../verify/combined-loss.js';
import type { Subject } from './experiment.js';

/** Runs of the same ELR / batch with batches of several sizes, compared in batches of one size (theory.md, T16). */

/** The ELR at which batches of another size have the same ELR / batch, as short as it is written in the names of runs. */
export const elrAtBatch = (elr: number, { from, to }: { readonly from: number; readonly to: number }): number =>
  Number(((elr * to) / from).toPrecision(12));

/** Steps in which an ELR falls so that ELR x steps is that of the smallest ELR: what moves along a valley then moves as far. */
export const decaySteps = (annealSteps: number, smallest: number, elr: number): number =>
  Math.max(1, Math.round((annealSteps * smallest) / elr));

/** What is measured at fixed weights, of the ends of a run and of its annealing. */
export interface EndsInBatches {
  /** Loss of the last weights in batches of the common size over that in batches of the run's own. */
  readonly lossRatio: number;
  /** Loss of the annealed weights in batches of the common size. */
  readonly bottom: number;
  /** |grad F|^2 / E|g_a|^2 of independent batches of the run's own size, at its last weights. */
  readonly signal: number;
  /** tr C_1 there, on the unit sphere: the variance of the gradient of one image. */
  readonly noise: number;
}

/** What one run has lost by annealing, and what its ends are. */
export interface TemperedRun {
  readonly lost: LossLost;
  readonly ends: EndsInBatches;
}

/** Runs of one batch size and ELR, their seeds as one. */
export interface TemperedCell {
  readonly of: Subject;
  readonly batch: number;
  readonly elr: number;
  /** In batches of the run's own size. */
  readonly lost: CombinedLoss;
  /** Loss in equilibrium, and after annealing, in batches of the common size. */
  readonly loss: CombinedEstimate;
  readonly bottom: CombinedEstimate;
  readonly signal: number;
  readonly noise: number;
  /** What the closed form has; of the toy. */
  readonly expected?: { readonly loss: number; readonly bottom: number };
}

/** Runs that differ in their seed. Fails (Error) without any. */
export function temperedCell(
  named: Pick<TemperedCell, 'of' | 'batch' | 'elr' | 'expected'>,
  runs: readonly TemperedRun[],
): TemperedCell {
  const over = (of: (run: TemperedRun) => { readonly mean: number; readonly error: number }) =>
    combineRuns(runs.map(of));
  return {
    ...named,
    lost: combineLosses(runs.map(({ lost }) => lost)),
    loss: over(({ lost: { loss }, ends: { lossRatio } }) => ({
      mean: loss.value * lossRatio,
      error: loss.error * lossRatio,
    })),
    bottom: over(({ lost: { annealed }, ends: { bottom } }) => ({ mean: bottom, error: annealed.error })),
    signal: mean(runs.map(({ ends }) => ends.signal)),
    noise: mean(runs.map(({ ends }) => ends.noise)),
  };
}
