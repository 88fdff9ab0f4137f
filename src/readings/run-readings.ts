import { propagateErrors } from '../numerics/statistics/estimate.js';
import type { MeasuredRun } from '../regime/analyse.js';
import type { RegimeTheory } from '../regime/theory.js';
import type { ToyReading } from './toy-reading.js';

/**
 * One run in equilibrium read as a toy, from its ESS: k = sqrt(1 + ess^2), alpha_i in proportion to g_i (T4). Near the
 * threshold k is near 1, so the reading is then near the run's own ELR for any network.
 */
export function stepReading(run: MeasuredRun, { ratioFromStep }: Pick<RegimeTheory, 'ratioFromStep'>): ToyReading {
  const { elr, effectiveStep, equilibriumShares, errors } = run;
  const threshold = (step: number): number => elr / ratioFromStep(step);
  const step = { mean: effectiveStep, error: errors?.effectiveStep ?? Number.NaN };
  return {
    name: `EGN at ELR ${elr}`,
    source: 'T4',
    threshold: { mean: threshold(step.mean), error: propagateErrors(threshold, [step]) },
    shares: equilibriumShares,
    note: 'near its own ELR where steps are small',
  };
}

/**
 * The same from its loss, as a fraction of that of random points: k = 1 / (1 - fraction) (T4). undefined if it is not below
 * that of random points: such a loss is no equilibrium's.
 */
export function lossReading(
  run: MeasuredRun,
  { ratioFromLoss }: Pick<RegimeTheory, 'ratioFromLoss'>,
): ToyReading | undefined {
  const { elr, loss, randomLoss, randomLossError, equilibriumShares, errors } = run;
  if (!(loss < randomLoss)) return undefined;
  const threshold = (value: number, random: number): number => elr / ratioFromLoss(value / random);
  const estimates = [
    { mean: loss, error: errors?.loss ?? Number.NaN },
    { mean: randomLoss, error: randomLossError },
  ];
  return {
    name: `loss at ELR ${elr}`,
    source: 'T4',
    threshold: { mean: threshold(loss, randomLoss), error: propagateErrors(threshold, estimates) },
    shares: equilibriumShares,
    note: 'near its own ELR where the loss is far below that of random points',
  };
}
