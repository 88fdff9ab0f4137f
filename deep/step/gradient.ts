import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../engine/engine.js';
import type { Model } from '../models/model.js';
import { batchOf } from './batch.js';
import { accuracy, type Loss } from './loss.js';
import { squaredNorm } from './update/projection.js';

type Forward = ReturnType<Model['forward']>;

/** Training-mode loss of the batch among the inputs as a function of the tensors of these names; `onForward` sees the forward pass that it is of. */
export const lossOf =
  (
    model: Model,
    loss: Loss,
    inputs: NamedTensors,
    names: readonly string[],
    onForward: (forward: Forward) => void = () => {},
  ) =>
  (...parameters: tf.Tensor[]): tf.Scalar => {
    const { images, labels } = batchOf(inputs);
    const tensors = { ...inputs, ...Object.fromEntries(names.map((name, i) => [name, parameters[i]!])) };
    const forward = model.forward(tensors, images, 'training');
    onForward(forward);
    return loss(forward.logits, labels);
  };

/** The loss of a model with these inputs, its gradient in those of these names, and what the forward pass yields besides. */
export function differentiate(model: Model, loss: Loss, inputs: NamedTensors, names: readonly string[]) {
  let forward: Forward | undefined;
  // What leaves the differentiated function other than the loss must be kept from being disposed with it.
  const keep = (found: Forward): void => {
    forward = found;
    for (const tensor of [found.logits, ...Object.values(found.buffers)]) tf.keep(tensor);
  };
  const slope = tf.valueAndGrads(lossOf(model, loss, inputs, names, keep));
  const { value, grads } = slope(names.map((name) => inputs[name]!));
  const { logits, buffers } = forward!;
  const hits = accuracy(logits, batchOf(inputs).labels);
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
