import * as tf from '@tensorflow/tfjs-core';
import type { TensorSpec } from '../../engine/engine.js';
import { forEachName, type Transform } from './transform.js';

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
