/** Noise in proportion to the gradient: a network that can fit its data (theory.md, T10). */
import type { RandomSource } from '../../src/numerics/random.js';
import { checkNoiseLaw, type NoiseLaw } from '../theory/multiplicative-noise.js';
import { eachReplica, type PerReplica, type Transform } from './ensemble.js';
import { type NoiseSource, scaleEachGroup } from './phase-noise.js';

/** One factor s of mean 1 and the given second moment. */
export function drawFactor(law: NoiseLaw, secondMoment: number, random: RandomSource): number {
  if (law === 'bernoulli') return random.uniform() < 1 / secondMoment ? secondMoment : 0;
  if (law === 'exponential') return -Math.log1p(-random.uniform());
  const variance = Math.log(secondMoment);
  return Math.exp(Math.sqrt(variance) * random.gaussian() - variance / 2);
}

export interface MultiplicativeNoiseOptions {
  readonly law: NoiseLaw;
  /** E[s^2]; the convergence threshold in mean square is k = 1 / E[s^2]. */
  readonly secondMoment: PerReplica;
  readonly random: NoiseSource;
}

/**
 * Multiplies the gradient of each group by a factor of its own, drawn anew each step (T10). Fails (UsageError) for a
 * second moment that the law does not have.
 */
export function scaleGroups(replicas: number, { law, secondMoment, random }: MultiplicativeNoiseOptions): Transform {
  const moments = eachReplica(secondMoment, replicas);
  for (const moment of moments) checkNoiseLaw(law, moment);
  return scaleEachGroup(replicas, random, (replica, source) => drawFactor(law, moments[replica]!, source));
}
