import * as tf from '@tensorflow/tfjs-core';
import { chain, forEachName, stateless, type Transform } from './transform.js';

export const squaredNorm = (tensor: tf.Tensor): tf.Scalar => tf.sum(tf.square(tensor));

/** The parameters of these names, scaled together to the joint norm that the input `radius` says. */
export const projectJointly = (radius: string, parameters: readonly string[]): Transform =>
  stateless([radius], (motion, inputs) => {
    const norm = tf.sqrt(tf.addN(parameters.map((name) => squaredNorm(motion.positions[name]!))));
    const scale = tf.div(inputs[radius]!, norm);
    const projected = forEachName(parameters, (name) => tf.mul(motion.positions[name]!, scale));
    return { ...motion, positions: { ...motion.positions, ...projected } };
  });

/** Each parameter to a sphere of its own, so that norm shares are frozen; `radius` names the input that holds its norm. */
export const projectGroups = (radius: (parameter: string) => string, parameters: readonly string[]): Transform =>
  chain(...parameters.map((name) => projectJointly(radius(name), [name])));

/**
 * Each output filter of each kernel (the last dimension here, the first in PyTorch) to the norm that the input `radius`
 * says.
 */
export const projectFilters = (radius: string, kernels: readonly string[]): Transform =>
  stateless([radius], (motion, inputs) => {
    const projected = forEachName(kernels, (name) => {
      const kernel = motion.positions[name]!;
      const norms = tf.sqrt(tf.sum(tf.square(kernel), [0, 1, 2], true));
      return tf.mul(kernel, tf.div(inputs[radius]!, norms));
    });
    return { ...motion, positions: { ...motion.positions, ...projected } };
  });
