import type { NoiselessToy } from '../../src/experiments/large-batch.js';
import { mean } from '../../src/numerics/means.js';
import { NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { commonRegime } from '../../src/regime/seed-averages.js';
import { simulateToy } from '../dynamics/simulate.js';
import { toyTheory } from '../theory/equilibrium.js';
import { sumOfAlpha } from '../theory/thresholds.js';

/** The toy that is trained beside a network: curvatures of its groups, steps, seeds. */
export interface NoiselessProtocol {
  readonly alpha: readonly number[];
  readonly steps: number;
  readonly seeds: readonly number[];
}

/** The toy without noise at these k: regime, loss, and ELR lambda / 2 = max ELR alpha_i / w_i at the last shares (T3), means over seeds. */
export const noiselessTwins = (ratios: readonly number[], { alpha, steps, seeds }: NoiselessProtocol): NoiselessToy[] =>
  ratios.map((k) => {
    const elr = k / sumOfAlpha(alpha);
    const runs = seeds.map((seed) =>
      simulateToy(alpha, elr, { steps, seed, tolerance: NETWORK_TOLERANCE, record: true }),
    );
    const sharpness = runs.map(({ recorded }) =>
      Math.max(...recorded!.at(-1)!.groups.map(({ share }, i) => (elr * alpha[i]!) / share)),
    );
    const { loss: closedForm } = toyTheory.equilibrium(alpha, elr);
    const { regime } = commonRegime(runs.map(({ decision }) => decision));
    return { k, regime, loss: mean(runs.map(({ loss }) => loss.mean)), closedForm, sharpness: mean(sharpness) };
  });
