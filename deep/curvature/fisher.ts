import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, TensorFunction } from '../engine/engine.js';
import { logSoftmax } from '../engine/second-order/log-softmax.js';
import type { Model } from '../models/model.js';
import { IMAGES, LABELS } from '../step/batch.js';
import { lossOf } from '../step/gradient.js';
import { accuracy, LOSS, type LossName } from '../step/loss.js';
import { directionName, inner, productOutputs, sphereTensors } from './hessian.js';

/** Over which labels the outer products of gradients are averaged: those that the network itself would draw, or the given ones. */
export type FisherLabels = 'drawn' | 'given';

const softmax = (logits: tf.Tensor2D): tf.Tensor => tf.exp(logSoftmax(logits));

/** The slope of each image's loss in its own logits, [batch, classes]. */
const SLOPE: Readonly<Record<LossName, (logits: tf.Tensor2D, wanted: tf.Tensor) => tf.Tensor>> = {
  'cross-entropy': (logits, wanted) => tf.sub(softmax(logits), wanted),
  squared: (logits, wanted) => tf.mul(2, tf.sub(logits, wanted)),
};

/** E[s s^T] t for each image, s the slope in its logits with a label drawn from the network: the second derivative of its loss. */
const DRAWN: Readonly<Record<LossName, (logits: tf.Tensor2D, turned: tf.Tensor) => tf.Tensor>> = {
  'cross-entropy': (logits, turned) => {
    const weighted = tf.mul(softmax(logits), turned);
    return tf.sub(weighted, tf.mul(softmax(logits), tf.sum(weighted, 1, true)));
  },
  squared: (_, turned) => tf.mul(2, turned),
};

/**
 * The Fisher matrix F of a batch in the scale-invariant parameters jointly, times a direction v, exactly (theory.md, section 4): with
 * J_i the derivative of the logits of image i, normalised with its batch, F = mean_i J_i^T M_i J_i, where M_i = E[s s^T]
 * over `labels`, s being the slope of the loss in the logits. Of drawn labels it is the true Fisher matrix, diag(p) - p p^T in the
 * logits for cross-entropy, and 2 for the squared loss, the negative logarithm of a normal density of variance 1/2; of given labels it
 * is the empirical one, the mean of outer products of the images' gradients. Inputs and outputs as of `hessianVectorProduct`;
 * about three times the work of a gradient.
 */
export function fisherVectorProduct(
  model: Model,
  labels: FisherLabels,
  loss: LossName = 'cross-entropy',
): TensorFunction {
  const parameters = sphereTensors(model);
  const names = parameters.map(({ name }) => name);
  return (inputs) => {
    const weights = names.map((name) => inputs[name]!);
    const direction = names.map((name) => inputs[directionName(name)]!);
    const logitsOf = (tensors: readonly tf.Tensor[]): tf.Tensor2D => {
      const moved: NamedTensors = { ...inputs, ...Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) };
      return model.forward(moved, inputs[IMAGES] as tf.Tensor4D, 'training').logits;
    };
    /** J^T u, parameter by parameter, for u of the shape of the logits. */
    const back = (u: tf.Tensor): tf.Tensor[] =>
      tf.grads((...tensors: tf.Tensor[]) => tf.sum(tf.mul(logitsOf(tensors), u)) as tf.Scalar)(weights);
    const { value, grads: gradients } = tf.valueAndGrads(lossOf(model, LOSS[loss], inputs, names))(weights);
    const logits = tf.tidy(() => logitsOf(weights));
    const [images, classes] = logits.shape;
    // J v is the derivative of <J^T u, v> in u, in which it is linear: any u will do.
    const turned = tf.grad((u: tf.Tensor) => inner(back(u), direction))(tf.onesLike(logits));
    const metric = tf.tidy(() => {
      if (labels === 'drawn') return tf.div(DRAWN[loss](logits, turned), images);
      const wanted = tf.oneHot(inputs[LABELS] as tf.Tensor1D, classes, 1, 0, 'float32');
      const slope = SLOPE[loss](logits, wanted);
      return tf.div(tf.mul(slope, tf.sum(tf.mul(slope, turned), 1, true)), images);
    });
    const products = back(metric);
    const hits = accuracy(logits, inputs[LABELS] as tf.Tensor1D);
    const outputs = productOutputs(parameters, { loss: value, hits, gradients, products, direction });
    tf.dispose([...gradients, ...products, logits, turned, metric]);
    return outputs;
  };
}
