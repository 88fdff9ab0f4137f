import * as tf from '@tensorflow/tfjs-core';

export const EPSILON = 1e-5;
const RUNNING_MOMENTUM = 0.1;

const PIXELS = [0, 1, 2];

/** Mean and biased variance of each channel over batch and pixels of an NHWC tensor. */
export function channelMoments(x: tf.Tensor4D): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const mean = tf.mean(x, PIXELS) as tf.Tensor1D;
  const variance = tf.mean(tf.square(tf.sub(x, mean)), PIXELS) as tf.Tensor1D;
  return { mean, variance };
}

/**
 * Batch normalisation without affine parameters: each channel to mean 0 and variance 1 over the batch, with `EPSILON`
 * added to the variance. The gradient is written out, dx = (dy - mean(dy) - y mean(dy y)) / deviation, which saves the
 * passes over memory that differentiating each operation would take.
 */
export const normaliseBatch = tf.customGrad((x, save) => {
  const { mean, variance } = channelMoments(x as tf.Tensor4D);
  const inverse = tf.rsqrt(tf.add(variance, EPSILON));
  const y = tf.mul(tf.sub(x as tf.Tensor, mean), inverse);
  (save as tf.GradSaveFunc)([y, inverse]);
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
    const [normalised, scale] = saved as [tf.Tensor4D, tf.Tensor1D];
    const shift = tf.mean(dy, PIXELS);
    const along = tf.mean(tf.mul(dy, normalised), PIXELS);
    return tf.mul(tf.sub(tf.sub(dy, shift), tf.mul(normalised, along)), scale);
  };
  return { value: y, gradFunc };
}) as (x: tf.Tensor4D) => tf.Tensor4D;

/** Normalisation with given statistics, as used in evaluation. */
export const normaliseWith = (x: tf.Tensor4D, mean: tf.Tensor1D, variance: tf.Tensor1D): tf.Tensor4D =>
  tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON)));

/** Running statistics after one more batch; like PyTorch, with the unbiased variance of that batch. */
export function updateRunning(x: tf.Tensor4D, runningMean: tf.Tensor1D, runningVariance: tf.Tensor1D) {
  const { mean, variance } = channelMoments(x);
  const [batch, height, width] = x.shape;
  const count = batch * height * width;
  const unbiased = tf.mul(variance, count / Math.max(count - 1, 1));
  const blend = (running: tf.Tensor1D, value: tf.Tensor1D): tf.Tensor1D =>
    tf.add(tf.mul(running, 1 - RUNNING_MOMENTUM), tf.mul(value, RUNNING_MOMENTUM));
  return { mean: blend(runningMean, mean), variance: blend(runningVariance, unbiased as tf.Tensor1D) };
}
