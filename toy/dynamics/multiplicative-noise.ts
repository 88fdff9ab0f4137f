/** Noise in proportion to the gradient: a network that can fit its data (theory.md, T10). */
import type { RandomSource } from '../../src/numerics/random.js';
import { checkNoiseLaw, type NoiseLaw } from '../theory/multiplicative-noise.js';
import { eachReplica, type PerReplica, type Transform } from './ensemble.js';
import { eachSource, type NoiseSource } from './phase-noise.js';

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
  const sources = eachSource(random, replicas);
  return ({ fn: { dimension, groups }, update }) => {
    for (let replica = 0; replica < replicas; replica += 1) {
      const offset = replica * dimension;
      for (const { start, end } of groups) {
        const factor = drawFactor(law, moments[replica]!, sources[replica]!);
        for (let i = offset + start; i < offset + end; i += 1) update[i]! *= factor;
      }
    }
  };
}
