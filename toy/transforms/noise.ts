import type { RandomSource } from '../../src/random.js';
import { eachReplica, type PerReplica, type Transform } from '../ensemble.js';

/**
 * Multiplicative noise of small batches: the gradient of each group is kept with probability p, then divided by p, and
 * is 0 otherwise, each group on its own (T10).
 */
export function sampleGroups(probability: PerReplica, replicas: number, random: RandomSource): Transform {
  const kept = eachReplica(probability, replicas);
  return ({ fn: { dimension, groups }, update }) => {
    for (let replica = 0; replica < replicas; replica += 1) {
      const p = kept[replica]!;
      const offset = replica * dimension;
      for (const { start, end } of groups) {
        const factor = random.uniform() < p ? 1 / p : 0;
        for (let i = offset + start; i < offset + end; i += 1) update[i]! *= factor;
      }
    }
  };
}

/** Additive noise: turns each group of two coordinates by a Gaussian angle of this standard deviation (T11). */
export function turnGroups(deviation: PerReplica, replicas: number, random: RandomSource): Transform {
  const deviations = eachReplica(deviation, replicas);
  return ({ fn: { dimension, groups }, position }) => {
    for (let replica = 0; replica < replicas; replica += 1) {
      for (const { start } of groups) {
        const angle = deviations[replica]! * random.gaussian();
        const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
        const place = replica * dimension + start;
        const [x, y] = [position[place]!, position[place + 1]!];
        position[place] = cosine * x + sine * y;
        position[place + 1] = cosine * y - sine * x;
      }
    }
  };
}
