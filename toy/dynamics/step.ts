/** A step of the toy composed from its transforms, as its options say. */
import { UsageError } from '../../src/system/usage-error.js';
import type { NoiseLaw } from '../theory/multiplicative-noise.js';
import { accumulateMomentum, addWeightDecay, decayWeights, descend, descendAtElr, descendOnSphere } from './descent.js';
import { chain, type Ensemble, eachReplica, type PerReplica, type Transform } from './ensemble.js';
import { drawBatches, type PerReplicaBatches } from './mini-batches.js';
import { scaleGroups } from './multiplicative-noise.js';
import { displaceGroups, type NoiseSource, sampleGroups } from './phase-noise.js';
import { projectGroups } from './projection.js';

/** `joint`: all coordinates on one sphere; `group`: each group on its own; `none`: full space. */
export const PROJECTIONS = ['joint', 'group', 'none'] as const;
/** One of `PROJECTIONS`. */
export type Projection = (typeof PROJECTIONS)[number];

/** What a step of the toy does: its rate, weight decay, momentum, noise and projection. */
export interface StepOptions {
  /** Fixed effective learning rate. Either this or `learningRate`. */
  readonly elr?: PerReplica;
  readonly learningRate?: PerReplica;
  readonly weightDecay?: PerReplica;
  readonly momentum?: PerReplica;
  /** Probability with which a step sees a group, as a small batch does (T10). */
  readonly probability?: PerReplica;
  /** Standard deviation in radians of the phase noise that a step sees (T11). */
  readonly noise?: PerReplica;
  /** Law of multiplicative noise, each group its own factor (T10); with a second moment. */
  readonly noiseLaw?: NoiseLaw;
  /** E[s^2] of that law. */
  readonly secondMoment?: PerReplica;
  /** Batches of a finite set of samples, which differ by the noises above (T14), in place of noise drawn anew. */
  readonly batches?: PerReplicaBatches;
  readonly projection?: Projection;
}

/** On a sphere the joint norm is 1 before every step, so that the ELR is the learning rate. */
function rateOnSphere({ elr, learningRate }: StepOptions): PerReplica {
  const rate = elr ?? learningRate;
  if (rate === undefined || (elr !== undefined && learningRate !== undefined)) {
    throw new UsageError('a step needs either an ELR or a learning rate, not both');
  }
  return rate;
}

function descent(options: StepOptions, replicas: number): Transform {
  const rate = rateOnSphere(options);
  const followsNorm = options.projection === 'none' && options.elr !== undefined;
  return followsNorm ? descendAtElr(rate, replicas) : descend(rate, replicas);
}

/** The two halves of a step after the gradient: what makes it stochastic, and what moves. */
export interface StepStages {
  readonly sample: Transform;
  readonly move: Transform;
}

/**
 * Everything of a step that follows the gradient, in this order: noise; then weight decay, momentum, descent,
 * projection. With momentum the decay is added to the gradient, as in torch.optim.SGD. What the options do not ask for
 * is not there.
 */
export function composeStages(ensemble: Ensemble, options: StepOptions, random: NoiseSource): StepStages {
  const { fn, replicas } = ensemble;
  const { learningRate, weightDecay, momentum, projection = 'joint' } = options;
  const stages: Transform[] = [];
  if (weightDecay !== undefined) {
    if (learningRate === undefined) throw new UsageError('weight decay needs a learning rate, not an ELR');
    const isCoupled = momentum !== undefined;
    stages.push(isCoupled ? addWeightDecay(weightDecay, replicas) : decayWeights(learningRate, weightDecay, replicas));
  }
  if (momentum !== undefined) stages.push(accumulateMomentum(momentum, fn.dimension, replicas));
  stages.push(projection === 'joint' ? descendOnSphere(rateOnSphere(options), replicas) : descent(options, replicas));
  if (projection === 'group') stages.push(projectGroups(ensemble));
  return { sample: chain(...noiseStages(ensemble, options, random)), move: chain(...stages) };
}

/** Phase noise, batch noise, multiplicative noise; or, where there is a set of samples, batches of it. */
function noiseStages(ensemble: Ensemble, options: StepOptions, random: NoiseSource): Transform[] {
  const { probability, noise, noiseLaw, secondMoment, batches } = options;
  if ((noiseLaw === undefined) !== (secondMoment === undefined))
    throw new UsageError('multiplicative noise needs a law and its second moment');
  if (batches !== undefined) {
    if (probability !== undefined) throw new UsageError('samples are not seen with a probability; give one of the two');
    const law = noiseLaw ?? 'bernoulli';
    return [drawBatches(ensemble, { batches, noise: noise ?? 0, law, secondMoment: secondMoment ?? 1, random })];
  }
  const stages: Transform[] = [];
  if (noise !== undefined) stages.push(displaceGroups(noise, ensemble, random));
  if (probability !== undefined) stages.push(sampleGroups(probability, ensemble.replicas, random));
  if (noiseLaw !== undefined)
    stages.push(scaleGroups(ensemble.replicas, { law: noiseLaw, secondMoment: secondMoment!, random }));
  return stages;
}

/** Whether steps draw random numbers. */
export const isStochastic = ({ probability, noise, noiseLaw, batches }: StepOptions): boolean =>
  [probability, noise, noiseLaw, batches].some((value) => value !== undefined);

/** Both stages as one transform. */
export function composeStep(ensemble: Ensemble, options: StepOptions, random: NoiseSource): Transform {
  const { sample, move } = composeStages(ensemble, options, random);
  return chain(sample, move);
}

/**
 * Whether K1 to K3 describe the step: a gradient step, stochastic or not, then nothing but a joint rescaling. Momentum,
 * weight decay and spheres of the groups' own are other motions.
 */
export const isGradientStep = ({ momentum, weightDecay, projection }: StepOptions): boolean =>
  momentum === undefined && weightDecay === undefined && projection !== 'group';

/** Learning rate of each replica at its present norm, for whoever turns gradients into step sizes. */
export function learningRates({ elr, learningRate }: StepOptions, replicas: number): Float64Array {
  return eachReplica(elr ?? learningRate ?? Number.NaN, replicas);
}
