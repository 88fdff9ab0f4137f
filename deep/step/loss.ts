import * as tf from '@tensorflow/tfjs-core';
import type { LossName } from '../../src/run/training-settings.js';
import { logSoftmax } from '../engine/second-order/log-softmax.js';

/** What a network is trained to make small, from its logits [batch, classes] and class numbers [batch]. */
export type Loss = (logits: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar;

const wanted = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor =>
  tf.oneHot(labels, logits.shape[1], 1, 0, 'float32');

/** Mean over the batch of the cross-entropy of logits against class numbers; can be differentiated twice. */
export const crossEntropy: Loss = (logits, labels) =>
  tf.neg(tf.mean(tf.sum(tf.mul(wanted(logits, labels), logSoftmax(logits)), 1)));

/** Mean over the batch of the sum over classes of (logit - wanted)^2, where 1 is wanted of the label and 0 of the others. */
const squared: Loss = (logits, labels) => tf.mean(tf.sum(tf.square(tf.sub(logits, wanted(logits, labels))), 1));

export type { LossName } from '../../src/run/training-settings.js';

export const LOSS: Readonly<Record<LossName, Loss>> = { 'cross-entropy': crossEntropy, squared };

/** Fraction of the rows whose largest logit is that of the label. */
export const accuracy = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar =>
  tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32'));
