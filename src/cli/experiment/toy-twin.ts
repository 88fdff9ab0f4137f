import type { TrajectoryOptions } from '../../../toy/dynamics/trajectory.js';
import type { JudgedSweep } from '../../experiments/experiment.js';
import { measureThresholds, NETWORK_TOLERANCE } from '../../regime/analyse.js';
import { commonRegime } from '../../regime/seed-averages.js';

/** The toy beside a network: the same number of steps, the same seeds, the same rule for regimes, the same grid in k. */

export interface TwinSweep {
  readonly alpha: readonly number[];
  /** ELR in units of the toy's own threshold 1 / S. */
  readonly ratios: readonly number[];
  readonly seeds: readonly number[];
  /** Options of the run with this seed. */
  readonly trajectory: (seed: number) => TrajectoryOptions;
}

/** Regimes and thresholds of the toy, with its ELRs given as k. */
export async function judgeTwin(
  label: string,
  { alpha, ratios, seeds, trajectory }: TwinSweep,
): Promise<JudgedSweep & { readonly of: 'toy' }> {
  const { simulateToy } = await import('../../../toy/dynamics/simulate.js');
  const sum = alpha.reduce((a, b) => a + b, 0);
  const runs = ratios.map((k) => {
    const members = seeds.map(
      (seed) => simulateToy(alpha, k / sum, { ...trajectory(seed), tolerance: NETWORK_TOLERANCE }).decision,
    );
    return { elr: k, regime: commonRegime(members).regime, members };
  });
  return { of: 'toy', label, runs, thresholds: measureThresholds(runs) };
}
