import type { Projection } from '../../../src/run/training-settings.js';
import { type Model, namesWithRole, tensorSpec } from '../../models/model.js';
import { projectFilters, projectGroups, projectJointly } from './projection.js';
import { accumulateMomentum, decayWeights, descend } from './sgd.js';
import { chain, type Transform } from './transform.js';

/** Names of the numbers that a step is given. Learning rate of the scale-invariant parameters. */
export const LEARNING_RATE = 'learningRate';
/** Learning rate of the trained parameters that are not scale-invariant. */
export const FREE_LEARNING_RATE = 'freeLearningRate';
/** Radius of the joint sphere. */
export const RADIUS = 'radius';
/** Radius of the sphere of one scale-invariant parameter. */
export const groupRadius = (parameter: string): string => `radius:${parameter}`;

/** Radius of the sphere of every output filter. */
export const FILTER_RADIUS = 'filterRadius';

export type { Projection } from '../../../src/run/training-settings.js';

export interface UpdateOptions {
  readonly projection?: Projection;
  /** Of every parameter that is trained. */
  readonly weightDecay?: number;
  readonly momentum?: number;
  /** Trains the model's free parameters too, with a learning rate of their own; otherwise they are frozen. */
  readonly free?: boolean;
}

/** Names of the parameters that move, in the model's order. */
export const trainedNames = (model: Model, { free = false }: UpdateOptions): string[] =>
  free ? namesWithRole(model, 'sphere', 'free') : namesWithRole(model, 'sphere');

/**
 * Everything of a step that follows the gradient, in this order: weight decay, momentum, descent, projection. What the
 * options do not ask for is not there.
 */
export function composeUpdate(model: Model, options: UpdateOptions): Transform {
  const { projection = 'joint', weightDecay, momentum } = options;
  const names = namesWithRole(model, 'sphere');
  const trained = trainedNames(model, options);
  const stages: Transform[] = [];
  if (weightDecay !== undefined) stages.push(decayWeights(weightDecay));
  if (momentum !== undefined) {
    const moving = model.tensors.filter(({ name }) => trained.includes(name));
    stages.push(accumulateMomentum(momentum, moving.map(tensorSpec)));
  }
  stages.push(descend(LEARNING_RATE, names));
  if (options.free) {
    const free = trained.filter((name) => !names.includes(name));
    stages.push(descend(FREE_LEARNING_RATE, free));
  }
  if (projection === 'joint') stages.push(projectJointly(RADIUS, names));
  if (projection === 'group') stages.push(projectGroups(groupRadius, names));
  if (projection === 'filter') stages.push(projectFilters(FILTER_RADIUS, names));
  return chain(...stages);
}
