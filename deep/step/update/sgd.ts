import * as tf from '@tensorflow/tfjs-core';
import type { TensorSpec } from '../../engine/engine.js';
import { forEachName, stateless, type Transform } from './transform.js';

/** update <- update + weightDecay * w, of every parameter that moves: as torch.optim.SGD does, before momentum. */
export const decayWeights = (weightDecay: number): Transform =>
  stateless([], (motion) => {
    const { positions, updates } = motion;
    const decayed = (name: string) => tf.add(updates[name]!, tf.mul(positions[name]!, weightDecay));
    return { ...motion, updates: forEachName(Object.keys(updates), decayed) };
  });

const velocityName = (parameter: string): string => `velocity:${parameter}`;

/**
 * Heavy-ball momentum as in torch.optim.SGD: velocity <- momentum * velocity + update, and the velocity is what the step
 * moves along. The velocities of `parameters` are the state.
 */
export const accumulateMomentum = (momentum: number, parameters: readonly TensorSpec[]): Transform => ({
  scalars: [],
  state: parameters.map((spec) => ({ ...spec, name: velocityName(spec.name) })),
  apply(motion, inputs) {
    const updates = forEachName(
      parameters.map(({ name }) => name),
      (name) => tf.add(tf.mul(inputs[velocityName(name)]!, momentum), motion.updates[name]!),
    );
    const velocities = Object.entries(updates).map(([name, velocity]) => [velocityName(name), velocity] as const);
    return { ...motion, updates, state: { ...motion.state, ...Object.fromEntries(velocities) } };
  },
});

/** w <- w - rate * update for the parameters of these names, `rate` being the input of that name. */
export const descend = (rate: string, parameters: readonly string[]): Transform =>
  stateless([rate], (motion, inputs) => {
    const moved = (name: string) => tf.sub(motion.positions[name]!, tf.mul(motion.updates[name]!, inputs[rate]!));
    return { ...motion, positions: { ...motion.positions, ...forEachName(parameters, moved) } };
  });
