import * as tf from '@tensorflow/tfjs-core';

/**
 * tfjs hands a gradient function the saved OUTPUT of its operation as a constant: the copy is put on the tape before the
 * operation itself, so nothing leads from the inputs to it. First derivatives are right, second ones lack terms. These
 * save the input instead and compute the output anew; a compiled graph holds it once.
 */

/** d exp(x) = exp(x) dx. */
const exp: tf.GradConfig = {
  kernelName: tf.Exp,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as tf.Tensor, tf.exp(x!)) }),
};

/** d x^(-1/2) = -x^(-3/2) / 2 dx. tfjs' own is right, but in powers, which are slow and have no lowering. */
const rsqrt: tf.GradConfig = {
  kernelName: tf.Rsqrt,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({
    x: () => {
      const root = tf.rsqrt(x!);
      return tf.mul(dy as tf.Tensor, tf.mul(tf.mul(root, tf.square(root)), -0.5));
    },
  }),
};

/** With s = softmax(x): dx = s (dy - sum(dy s)). */
const softmax: tf.GradConfig = {
  kernelName: tf.Softmax,
  inputsToSave: ['logits'],
  gradFunc: (dy, [logits], attrs) => ({
    logits: () => {
      const dim = (attrs as unknown as tf.SoftmaxAttrs).dim;
      const weights = tf.softmax(logits!, dim);
      const weighted = tf.mul(dy as tf.Tensor, weights);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, [dim], true), weights));
    },
  }),
};

/** Gradients of element-wise operations that can be differentiated again. */
export const ELEMENTWISE_GRADIENTS: readonly tf.GradConfig[] = [exp, rsqrt, softmax];
