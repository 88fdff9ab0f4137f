import { type AnnealedArm, type AnnealedRate, annealedRate, measureLoss } from '../../src/experiments/anneal.js';
import { formatNumber } from '../../src/numerics/format-number.js';
import { annealToy } from '../dynamics/annealing.js';
import { toyTheory } from '../theory/equilibrium.js';
import { randomLoss } from '../theory/points.js';
import { sumOfAlpha } from '../theory/thresholds.js';
import { type AnnealedLengths, annealingLengths, firstSeeds, inLastEpoch } from './annealing.js';

/** The toy by the protocol of a network: the same number of steps, the same ratios of ELRs. */
export interface TwinProtocol extends AnnealedLengths {
  readonly alpha: readonly number[];
  /** Of the network, rising. */
  readonly elrs: readonly number[];
}

/** Radians: small, so that the valley is quadratic where the toy moves. */
const PHASE_NOISE = 0.05;
const KINDS = [
  { label: 'additive noise', secondMoment: 1, noise: { noise: PHASE_NOISE } },
  {
    label: 'both noises',
    secondMoment: 2,
    noise: { noise: PHASE_NOISE, noiseLaw: 'lognormal', secondMoment: 2 },
  },
] as const;

/** k E[s^2] of the largest ELR: at 1 the mean square of the distance would grow without bound (T10). */
const LARGEST = 0.8;
/** Runs of the toy at an ELR: as cheap as they are, enough for an error below that of the network. */
const STARTS = firstSeeds(16);

/** The toy with additive noise (T11), and with that and multiplicative noise (T10), annealed; its ELRs are told as k. */
export function annealTwins(protocol: TwinProtocol): AnnealedArm[] {
  const { alpha, elrs, perEpoch } = protocol;
  const lengths = annealingLengths(protocol);
  return KINDS.map(({ label, secondMoment, noise }): AnnealedArm => {
    const rates = elrs.map((elr): AnnealedRate => {
      const k = ((LARGEST / secondMoment) * elr) / elrs.at(-1)!;
      const runs = annealToy(alpha, k / sumOfAlpha(alpha), { ...noise, ...lengths, seeds: STARTS });
      const measured = runs.map((run) => measureLoss(inLastEpoch(run, perEpoch)));
      const words = `k ${formatNumber(k, 3)}`;
      return annealedRate({ rate: k, words }, measured, { randomLoss: randomLoss(alpha), theory: toyTheory });
    });
    return { of: 'toy', label, rates };
  });
}
