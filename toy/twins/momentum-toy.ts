import { type MomentumRate, measureMomentum } from '../../src/experiments/momentum.js';
import { formatNumber } from '../../src/numerics/format-number.js';
import { defined } from '../../src/system/defined.js';
import { annealToy } from '../dynamics/annealing.js';
import type { Rate } from '../dynamics/trajectory.js';
import { sumOfAlpha } from '../theory/thresholds.js';
import { type AnnealedLengths, annealingLengths, firstSeeds, inLastEpoch } from './annealing.js';

/** One way to train the toy: as the arm of the network with the same label. */
export interface MomentumArm {
  readonly label: string;
  readonly momentum: number;
  /** In full space; on the sphere absent. */
  readonly weightDecay?: number;
  /** ELRs of the network, rising, or its learning rates: those without momentum, for all arms. */
  readonly rates: readonly number[];
}

/** The toy by the protocol of a network: the same numbers of steps. */
export interface MomentumProtocol extends AnnealedLengths {
  readonly alpha: readonly number[];
}

/** Radians: small, so that the valley is quadratic where the toy moves. */
const PHASE_NOISE = 0.05;
/** k of the largest ELR without momentum: ELR x curvature is then large enough for the two floors to differ. */
const LARGEST = 0.8;
const STARTS = firstSeeds(16);

/**
 * The toy with additive noise (T11), with and without momentum at the same ELR / (1 - momentum), annealed. On the sphere its ELRs are
 * told as k without momentum; in full space it has the learning rates and decays of the network, and its noise decides about k.
 */
export function momentumTwins(arms: readonly MomentumArm[], { alpha, ...lengths }: MomentumProtocol): MomentumRate[] {
  return arms.flatMap(({ label, momentum, weightDecay, rates }) =>
    rates.map((given): MomentumRate => {
      const k = (LARGEST * given) / rates.at(-1)!;
      const slowed = 1 - momentum;
      const rate: Rate =
        weightDecay === undefined ? (k * slowed) / sumOfAlpha(alpha) : { learningRate: given * slowed };
      const runs = annealToy(alpha, rate, {
        ...{ ...annealingLengths(lengths), noise: PHASE_NOISE, seeds: STARTS },
        ...defined({ momentum: momentum > 0 ? momentum : undefined, weightDecay }),
      });
      const series = runs.map((run) => ({
        ...inLastEpoch(run, lengths.perEpoch),
        floors: run.floors.map((floor) => floor / slowed),
      }));
      const words = weightDecay === undefined ? `k ${formatNumber(k, 3)}` : `lr ${formatNumber(given * slowed, 3)}`;
      return measureMomentum({ of: 'toy', label, words, momentum }, series);
    }),
  );
}
