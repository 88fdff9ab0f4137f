import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, TensorFunction, TensorSpec } from './engine/engine.js';
import { type Model, namesWithRole, tensorSpec } from './models/model.js';

/** Names of the inputs that are not the model's own tensors. */
export const IMAGES = 'images';
export const LABELS = 'labels';
export const LEARNING_RATE = 'learningRate';
export const RADIUS = 'radius';

export interface BatchShape {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export const batchSpecs = ({ batch, channels, height, width }: BatchShape): [TensorSpec, TensorSpec] => [
  { name: IMAGES, shape: [batch, channels, height, width], layout: 'image', type: 'float32' },
  { name: LABELS, shape: [batch], layout: 'plain', type: 'int32' },
];

export const scalarSpec = (name: string): TensorSpec => ({ name, shape: [], layout: 'plain', type: 'float32' });

/** Inputs of a training step: the model's tensors, a batch, the learning rate and the radius of the sphere. */
export const stepInputs = (model: Model, shape: BatchShape): TensorSpec[] => [
  ...model.tensors.map(tensorSpec),
  ...batchSpecs(shape),
  scalarSpec(LEARNING_RATE),
  scalarSpec(RADIUS),
];

/** Inputs of an evaluation: the model's tensors and a batch. */
export const evaluationInputs = (model: Model, shape: BatchShape): TensorSpec[] => [
  ...model.tensors.map(tensorSpec),
  ...batchSpecs(shape),
];

/** Mean cross-entropy of logits against class numbers. */
function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const chosen = tf.oneHot(labels, logits.shape[1], 1, 0, 'float32');
  return tf.neg(tf.mean(tf.sum(tf.mul(chosen, tf.logSoftmax(logits)), 1)));
}

/** Fraction of the rows whose largest logit is that of the label. */
export const accuracy = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar =>
  tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32'));

const squaredNorm = (tensor: tf.Tensor): tf.Scalar => tf.sum(tf.square(tensor));

const pick = (tensors: NamedTensors, names: readonly string[]): tf.Tensor[] => names.map((name) => tensors[name]!);

/** Loss, its gradient in the scale-invariant parameters, and what the forward pass yields besides. */
function differentiate(model: Model, inputs: NamedTensors, names: readonly string[]) {
  const labels = inputs[LABELS] as tf.Tensor1D;
  let forward: ReturnType<Model['forward']> | undefined;
  const lossOf = (...parameters: tf.Tensor[]): tf.Scalar => {
    const tensors = { ...inputs, ...Object.fromEntries(names.map((name, i) => [name, parameters[i]!])) };
    forward = model.forward(tensors, inputs[IMAGES] as tf.Tensor4D, 'training');
    // What leaves the differentiated function other than the loss must be kept from being disposed with it.
    for (const tensor of [forward.logits, ...Object.values(forward.buffers)]) tf.keep(tensor);
    return crossEntropy(forward.logits, labels);
  };
  const { value, grads } = tf.valueAndGrads(lossOf)(pick(inputs, names));
  const { logits, buffers } = forward!;
  const hits = accuracy(logits, labels);
  logits.dispose();
  return { loss: value, gradients: grads, buffers, accuracy: hits };
}

/** All tensors scaled together to the joint norm `radius`. */
function projectJointly(tensors: readonly tf.Tensor[], radius: tf.Tensor): tf.Tensor[] {
  const norm = tf.sqrt(tf.addN(tensors.map(squaredNorm)));
  const scale = tf.div(radius, norm);
  return tensors.map((tensor) => tf.mul(tensor, scale));
}

/**
 * One step of gradient descent on the joint sphere: w <- w - learningRate * grad, then all scale-invariant parameters
 * together rescaled to norm `radius`. Returns the new state under the names of the old, and, all before the update:
 * `loss`, `accuracy`; a group, `squaredNorms`, `squaredGradients` and `inners`, the inner products of weights and gradient;
 * and the squared distance `squaredChord` between the old and the new point.
 */
export function sphereStep(model: Model): TensorFunction {
  const names = namesWithRole(model, 'sphere');
  return (inputs) => {
    const parameters = pick(inputs, names);
    const { loss, gradients, buffers, accuracy: hits } = differentiate(model, inputs, names);
    const moved = parameters.map((w, i) => tf.sub(w, tf.mul(gradients[i]!, inputs[LEARNING_RATE]!)));
    const projected = projectJointly(moved, inputs[RADIUS]!);
    const chords = projected.map((w, i) => squaredNorm(tf.sub(w, parameters[i]!)));
    return {
      ...Object.fromEntries(names.map((name, i) => [name, projected[i]!])),
      ...buffers,
      loss,
      accuracy: hits,
      squaredNorms: tf.stack(parameters.map(squaredNorm)),
      squaredGradients: tf.stack(gradients.map(squaredNorm)),
      inners: tf.stack(gradients.map((gradient, i) => tf.sum(tf.mul(gradient, parameters[i]!)))),
      squaredChord: tf.addN(chords),
    };
  };
}

/** Logits, loss and accuracy of a batch, with batch statistics (`training`) or running ones (`evaluation`). */
export const evaluation =
  (model: Model, mode: 'training' | 'evaluation'): TensorFunction =>
  (inputs) => {
    const labels = inputs[LABELS] as tf.Tensor1D;
    const { logits } = model.forward(inputs, inputs[IMAGES] as tf.Tensor4D, mode);
    return { logits, loss: crossEntropy(logits, labels), accuracy: accuracy(logits, labels) };
  };
