/** A step of the toy composed from its transforms, as its options say. */
import { UsageError } from '../../src/system/usage-error.js';
import { accumulateMomentum, addWeightDecay, decayWeights, descend, descendAtElr, descendOnSphere } from './descent.js';
import { chain, type Ensemble, eachReplica, type PerReplica, type Transform } from './ensemble.js';
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
 * Everything of a step that follows the gradient, in this order: phase noise, batch noise; then weight decay,
 * momentum, descent, projection. With momentum the decay is added to the gradient, as torch.optim.SGD does. What the
 * options do not ask for is not there.
 */
export function composeStages(ensemble: Ensemble, options: StepOptions, random: NoiseSource): StepStages {
  const { fn, replicas } = ensemble;
  const { learningRate, weightDecay, momentum, probability, noise, projection = 'joint' } = options;
  const stages: Transform[] = [];
  if (weightDecay !== undefined) {
    if (learningRate === undefined) throw new UsageError('weight decay needs a learning rate, not an ELR');
    const isCoupled = momentum !== undefined;
    stages.push(
      isCoupled ? addWeightDecay(weightDecay, replicas) : decayWeights(learningRate, weightDecay, replicas),
    );
  }
  if (momentum !== undefined) stages.push(accumulateMomentum(momentum, fn.dimension, replicas));
  stages.push(projection === 'joint' ? descendOnSphere(rateOnSphere(options), replicas) : descent(options, replicas));
  if (projection === 'group') stages.push(projectGroups(ensemble));
  const noises: Transform[] = [];
  if (noise !== undefined) noises.push(displaceGroups(noise, ensemble, random));
  if (probability !== undefined) noises.push(sampleGroups(probability, replicas, random));
  return { sample: chain(...noises), move: chain(...stages) };
}

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
