import type { RandomSource } from '../../src/numerics/random.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { ToyFunction } from '../function/toy-function.js';
import { type Ensemble, eachReplica, type PerReplica, type Transform } from './ensemble.js';

/** One source for all replicas, which draw from it in turn, or one each. */
export type NoiseSource = RandomSource | readonly RandomSource[];

/** The source of each of `replicas`. */
export const eachSource = (random: NoiseSource, replicas: number): readonly RandomSource[] =>
  'uniform' in random ? new Array<RandomSource>(replicas).fill(random) : random;

/** Multiplies the gradient of each group by a factor of its own, drawn anew each step for a replica from its source. */
export function scaleEachGroup(
  replicas: number,
  random: NoiseSource,
  factorOf: (replica: number, source: RandomSource) => number,
): Transform {
  const sources = eachSource(random, replicas);
  return ({ fn: { dimension, groups }, update }) => {
    for (let replica = 0; replica < replicas; replica += 1) {
      const offset = replica * dimension;
      for (const { start, end } of groups) {
        const factor = factorOf(replica, sources[replica]!);
        for (let i = offset + start; i < offset + end; i += 1) update[i]! *= factor;
      }
    }
  };
}

/**
 * Multiplicative noise of small batches: the gradient of each group is kept with probability p, then divided by p, and
 * is 0 otherwise, each group on its own (T10).
 */
export function sampleGroups(probability: PerReplica, replicas: number, random: NoiseSource): Transform {
  const kept = eachReplica(probability, replicas);
  return scaleEachGroup(replicas, random, (replica, source) => {
    const p = kept[replica]!;
    return source.uniform() < p ? 1 / p : 0;
  });
}

/** Fails (UsageError) unless every group has two coordinates, of which alone a turn is one angle. */
export function checkPairs({ groups }: ToyFunction): void {
  if (groups.some(({ start, end }) => end - start !== 2))
    throw new UsageError('phase noise needs groups of two coordinates each');
}

/** Turns (x, y) at `place` of `from` by an angle, into `to`: the angle of (y, x) grows by it. */
export function turnGroup(from: Float64Array, to: Float64Array, place: number, cosine: number, sine: number): void {
  const x = from[place]!;
  const y = from[place + 1]!;
  to[place] = cosine * x + sine * y;
  to[place + 1] = cosine * y - sine * x;
}

/**
 * Phase noise: the step sees each group of two coordinates turned by a Gaussian angle of this standard deviation, as if the
 * minimum were displaced by it; the gradient seen there is turned back, so that it stays orthogonal to the group (T11).
 */
export function displaceGroups(deviation: PerReplica, ensemble: Ensemble, random: NoiseSource): Transform {
  const { replicas } = ensemble;
  checkPairs(ensemble.fn);
  const deviations = eachReplica(deviation, replicas);
  const sources = eachSource(random, replicas);
  const displaced = new Float64Array(ensemble.position.length);
  const angles = new Float64Array(replicas * ensemble.fn.groups.length);
  const losses = new Float64Array(replicas);
  return ({ fn, position, update }) => {
    const forEachGroup = (visit: (place: number, group: number) => void): void => {
      for (let replica = 0, group = 0; replica < replicas; replica += 1) {
        for (const { start } of fn.groups) visit(replica * fn.dimension + start, group++);
      }
    };
    forEachGroup((place, group) => {
      const replica = Math.floor(group / fn.groups.length);
      const angle = deviations[replica]! * sources[replica]!.gaussian();
      angles[group] = angle;
      turnGroup(position, displaced, place, Math.cos(angle), Math.sin(angle));
    });
    fn.evaluate(displaced, update, losses);
    forEachGroup((place, group) =>
      turnGroup(update, update, place, Math.cos(angles[group]!), -Math.sin(angles[group]!)),
    );
  };
}
