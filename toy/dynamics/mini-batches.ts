/**
 * Mini-batches of a finite set of samples (theory.md, T14). Sample j sees a group turned by an angle eps_j and weighs it by
 * s_j: its gradient is a_j sin 2 theta + b_j cos 2 theta in units of alpha, a = s cos 2 eps, b = s sin 2 eps. Over the set
 * mean a = 1 and mean b = 0 in each group, so that the mean loss is the toy itself. Without eps all samples have one
 * minimum, a set that can be fitted; with it they disagree.
 */
import { type RandomSource, shuffledIndices } from '../../src/numerics/random.js';
import type { Sampling } from '../../src/run/image-settings.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { NoiseLaw } from '../theory/multiplicative-noise.js';
import { type Ensemble, eachReplica, type PerReplica, type Transform } from './ensemble.js';
import { drawFactor } from './multiplicative-noise.js';
import { checkPairs, eachSource, type NoiseSource, turnGroup } from './phase-noise.js';

/** The mini-batches that a run of the toy draws; without replacement, what fills no batch at the end of an epoch is left out. */
export interface BatchOptions {
  readonly samples: number;
  readonly batchSize: number;
  readonly sampling: Sampling;
}

/** Fails (UsageError) unless the batch fits into the set, and both are whole numbers. */
export function checkBatches({ samples, batchSize }: BatchOptions): void {
  const whole = Number.isSafeInteger(samples) && Number.isSafeInteger(batchSize);
  if (!(whole && samples >= 1 && batchSize >= 1 && batchSize <= samples))
    throw new UsageError(`batches of ${batchSize} from ${samples} samples; allowed: from 1 sample to all of them`);
}

/** What the samples of one replica differ in: the deviation of eps (radians), and law and second moment of s. */
export interface SampleNoise {
  readonly deviation: number;
  readonly law: NoiseLaw;
  readonly secondMoment: number;
}

/** a and b of each sample and group, `groups` numbers a sample. */
export interface SampleSet {
  readonly aligned: Float64Array;
  readonly turned: Float64Array;
}

/** Draws a set and centres it. Fails (UsageError) if the mean loss of the set has no minimum in some group. */
export function drawSamples(
  samples: number,
  groups: number,
  { deviation, law, secondMoment }: SampleNoise,
  random: RandomSource,
): SampleSet {
  const aligned = new Float64Array(samples * groups);
  const turned = new Float64Array(samples * groups);
  for (let i = 0; i < aligned.length; i += 1) {
    const angle = 2 * deviation * random.gaussian();
    const factor = drawFactor(law, secondMoment, random);
    aligned[i] = factor * Math.cos(angle);
    turned[i] = factor * Math.sin(angle);
  }
  for (let group = 0; group < groups; group += 1) {
    let [a, b] = [0, 0];
    for (let i = group; i < aligned.length; i += groups) {
      a += aligned[i]! / samples;
      b += turned[i]! / samples;
    }
    if (!(a > 0)) throw new UsageError(`${samples} samples with this much noise have no minimum in common; use more`);
    for (let i = group; i < aligned.length; i += groups) {
      aligned[i]! /= a;
      turned[i] = (turned[i]! - b) / a;
    }
  }
  return { aligned, turned };
}

/** The indices of one batch after another. */
function batchSource({ samples, batchSize, sampling }: BatchOptions, random: RandomSource): () => Int32Array {
  const batch = new Int32Array(batchSize);
  let order = new Int32Array();
  let used = 0;
  return () => {
    if (sampling === 'with') return batch.map(() => random.below(samples));
    if (used + batchSize > order.length) {
      order = shuffledIndices(samples, random) as typeof order;
      used = 0;
    }
    used += batchSize;
    return order.subarray(used - batchSize, used);
  };
}

/** The same batches for all replicas, or those of each. */
export type PerReplicaBatches = BatchOptions | readonly BatchOptions[];

export interface MiniBatchOptions {
  readonly batches: PerReplicaBatches;
  readonly noise: PerReplica;
  readonly law: NoiseLaw;
  readonly secondMoment: PerReplica;
  readonly random: NoiseSource;
}

/**
 * Replaces the gradient by that of a batch: a g + b g', g' the gradient at the group turned by pi/4, turned back. All
 * groups see the same samples. For the toy's groups of two coordinates. Fails (UsageError) as `checkBatches`, `drawSamples`
 * and at groups of another size.
 */
export function drawBatches(ensemble: Ensemble, options: MiniBatchOptions): Transform {
  const { fn, replicas, position } = ensemble;
  const { batches, noise, law, secondMoment, random } = options;
  const batchesOf = Array.from({ length: replicas }, (_, i) => ('length' in batches ? batches[i]! : batches));
  batchesOf.forEach(checkBatches);
  checkPairs(fn);
  const groups = fn.groups.length;
  const [deviations, moments] = [eachReplica(noise, replicas), eachReplica(secondMoment, replicas)];
  const sources = eachSource(random, replicas);
  const sets = sources.map((source, i) =>
    drawSamples(batchesOf[i]!.samples, groups, { deviation: deviations[i]!, law, secondMoment: moments[i]! }, source),
  );
  const draws = sources.map((source, i) => batchSource(batchesOf[i]!, source));
  const [displaced, quarter] = [new Float64Array(position.length), new Float64Array(position.length)];
  const losses = new Float64Array(replicas);
  const root = Math.SQRT1_2;
  return (state) => {
    const each = (visit: (place: number) => void): void => {
      for (let replica = 0; replica < replicas; replica += 1)
        for (const { start } of fn.groups) visit(replica * fn.dimension + start);
    };
    each((place) => turnGroup(state.position, displaced, place, root, root));
    fn.evaluate(displaced, quarter, losses);
    each((place) => turnGroup(quarter, quarter, place, root, -root));
    for (let replica = 0; replica < replicas; replica += 1) {
      const { aligned, turned } = sets[replica]!;
      const batch = draws[replica]!();
      fn.groups.forEach(({ start, end }, group) => {
        let [a, b] = [0, 0];
        for (const sample of batch) {
          a += aligned[sample * groups + group]!;
          b += turned[sample * groups + group]!;
        }
        for (let i = replica * fn.dimension + start; i < replica * fn.dimension + end; i += 1)
          state.update[i] = (a * state.update[i]! + b * quarter[i]!) / batch.length;
      });
    }
  };
}
