import type { JudgedSweep } from '../../src/experiments/experiment.js';
import { NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { commonRegime } from '../../src/regime/seed-averages.js';
import { measureThresholds } from '../../src/regime/thresholds.js';
import { simulateToy } from '../dynamics/simulate.js';
import type { TrajectoryOptions } from '../dynamics/trajectory.js';

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
export function judgeTwin(
  label: string,
  { alpha, ratios, seeds, trajectory }: TwinSweep,
): JudgedSweep & { readonly of: 'toy' } {
  const sum = alpha.reduce((a, b) => a + b, 0);
  const runs = ratios.map((k) => {
    const members = seeds.map(
      (seed) => simulateToy(alpha, k / sum, { ...trajectory(seed), tolerance: NETWORK_TOLERANCE }).decision,
    );
    return { elr: k, regime: commonRegime(members).regime, members };
  });
  return { of: 'toy', label, runs, thresholds: measureThresholds(runs) };
}
