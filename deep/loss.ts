import * as tf from '@tensorflow/tfjs-core';
import { logSoftmax } from './engine/second-order/log-softmax.js';

/** What a network is trained to make small, from its logits [batch, classes] and class numbers [batch]. */
export type Loss = (logits: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar;

/** Mean over the batch of the cross-entropy of logits against class numbers; can be differentiated twice. */
export const crossEntropy: Loss = (logits, labels) => {
  const chosen = tf.oneHot(labels, logits.shape[1], 1, 0, 'float32');
  return tf.neg(tf.mean(tf.sum(tf.mul(chosen, logSoftmax(logits)), 1)));
};
