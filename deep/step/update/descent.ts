import * as tf from '@tensorflow/tfjs-core';
import { forEachName, stateless, type Transform } from './transform.js';

/** w <- w - rate * update for the parameters of these names, `rate` being the input of that name. */
export const descend = (rate: string, parameters: readonly string[]): Transform =>
  stateless([rate], (motion, inputs) => {
    const moved = (name: string) => tf.sub(motion.positions[name]!, tf.mul(motion.updates[name]!, inputs[rate]!));
    return { ...motion, positions: { ...motion.positions, ...forEachName(parameters, moved) } };
  });
