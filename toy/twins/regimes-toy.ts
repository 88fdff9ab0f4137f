import type { RegimeRow } from '../../src/experiments/regimes.js';
import { type CombinedEstimate, combineRuns } from '../../src/numerics/statistics/combine-runs.js';
import { NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { commonRegime } from '../../src/regime/seed-averages.js';
import { simulateToy } from '../dynamics/simulate.js';
import { sumOfAlpha } from '../theory/thresholds.js';

/** How the toy is simulated beside a network. */
export interface RegimesProtocol {
  readonly alpha: readonly number[];
  readonly steps: number;
  readonly seeds: readonly number[];
}

const UNKNOWN = Number.NaN;
const over = (means: readonly number[]): CombinedEstimate =>
  combineRuns(means.map((mean) => ({ mean, error: UNKNOWN })));

/** The toy at these k, its ELR in units of its threshold: a row for each, means over seeds with the errors that their scatter leaves. */
export const regimesTwin = (ratios: readonly number[], { alpha, steps, seeds }: RegimesProtocol): RegimeRow[] =>
  ratios.map((k) => {
    const elr = k / sumOfAlpha(alpha);
    const runs = seeds.map((seed) => simulateToy(alpha, elr, { steps, seed, tolerance: NETWORK_TOLERANCE }));
    const share = combineRuns(runs.map(({ noiseShare: { value, error } }) => ({ mean: value, error })));
    return {
      elr: k,
      regime: commonRegime(runs.map(({ decision }) => decision)).regime,
      loss: over(runs.map(({ loss }) => loss.mean)),
      egn: over(runs.map(({ egn }) => egn.mean)),
      testError: { mean: UNKNOWN, error: UNKNOWN },
      noiseShare: { value: share.mean, error: share.error },
    };
  });
