import * as tf from '@tensorflow/tfjs-core';
import { forEachName, stateless, type Transform } from './transform.js';

/** update <- update + weightDecay * w, of every parameter that moves: as torch.optim.SGD does, before momentum. */
export const decayWeights = (weightDecay: number): Transform =>
  stateless([], (motion) => {
    const { positions, updates } = motion;
    const decayed = (name: string) => tf.add(updates[name]!, tf.mul(positions[name]!, weightDecay));
    return { ...motion, updates: forEachName(Object.keys(updates), decayed) };
  });
