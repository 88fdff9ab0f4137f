import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../engine/engine.js';
import type { Model } from '../models/model.js';
import { accuracy, type Loss } from './loss.js';
import { squaredNorm } from './update/projection.js';

interface Batch {
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
}

/** The loss of a model with the tensors given, its gradient in those of these names, and what the forward pass yields besides. */
export function differentiate(
  model: Model,
  loss: Loss,
  given: NamedTensors,
  { images, labels }: Batch,
  names: readonly string[],
) {
  let forward: ReturnType<Model['forward']> | undefined;
  const lossOf = (...parameters: tf.Tensor[]): tf.Scalar => {
    const tensors = { ...given, ...Object.fromEntries(names.map((name, i) => [name, parameters[i]!])) };
    forward = model.forward(tensors, images, 'training');
    // What leaves the differentiated function other than the loss must be kept from being disposed with it.
    for (const tensor of [forward.logits, ...Object.values(forward.buffers)]) tf.keep(tensor);
    return loss(forward.logits, labels);
  };
  const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => given[name]!));
  const { logits, buffers } = forward!;
  const hits = accuracy(logits, labels);
  logits.dispose();
  const gradients: NamedTensors = Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
  return { loss: value, gradients, buffers, accuracy: hits };
}

/** What is recorded of the scale-invariant parameters of these names. */
export function measure(names: readonly string[], before: NamedTensors, gradients: NamedTensors, after: NamedTensors) {
  const stack = (value: (name: string) => tf.Tensor): tf.Tensor => tf.stack(names.map(value));
  const chords = names.map((name) => squaredNorm(tf.sub(after[name]!, before[name]!)));
  return {
    squaredNorms: stack((name) => squaredNorm(before[name]!)),
    squaredGradients: stack((name) => squaredNorm(gradients[name]!)),
    inners: stack((name) => tf.sum(tf.mul(gradients[name]!, before[name]!))),
    squaredChord: tf.addN(chords),
  };
}
