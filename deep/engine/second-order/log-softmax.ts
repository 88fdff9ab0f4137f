import * as tf from '@tensorflow/tfjs-core';

/**
 * Logarithm of softmax over the last dimension. tfjs' own lacks terms in its second derivative (its gradient is a
 * function of a saved output, which tfjs takes for a constant); here the gradient, dx = dy - sum(dy) softmax(x), is a
 * function of x.
 */
export const logSoftmax = tf.customGrad((x, save) => {
  const logits = x as tf.Tensor;
  (save as tf.GradSaveFunc)([logits]);
  const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
    tf.sub(dy, tf.mul(tf.sum(dy, -1, true), tf.exp(logSoftmax(saved!))));
  return { value: tf.logSoftmax(logits), gradFunc };
}) as <Logits extends tf.Tensor>(logits: Logits) => Logits;
