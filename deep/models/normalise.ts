import * as tf from '@tensorflow/tfjs-core';

export const EPSILON = 1e-5;
/** The weight of a batch in the running statistics. */
export const RUNNING_MOMENTUM = 0.1;

const PIXELS = [0, 1, 2];

/** Mean and biased variance of each channel over batch and pixels of an NHWC tensor. */
export function channelMoments(x: tf.Tensor4D): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const mean = tf.mean(x, PIXELS) as tf.Tensor1D;
  const variance = tf.mean(tf.square(tf.sub(x, mean)), PIXELS) as tf.Tensor1D;
  return { mean, variance };
}

/** A batch normalised, y = (x - mean) inverse, and the inverse deviation of each channel. */
function normalised(x: tf.Tensor4D): { y: tf.Tensor4D; inverse: tf.Tensor1D } {
  const { mean, variance } = channelMoments(x);
  const inverse = tf.rsqrt(tf.add(variance, EPSILON)) as tf.Tensor1D;
  return { y: tf.mul(tf.sub(x, mean), inverse), inverse };
}

const channelMean = (x: tf.Tensor): tf.Tensor1D => tf.mean(x, PIXELS);

/**
 * The derivative in x of sum(u g(x, dy)), where g is `normaliseGradient`: with r = 1 / deviation, s = mean(dy y) and
 * t = mean(u y) it is -r^2 [(mean(u dy) - mean(u) mean(dy) - 3 s t) y + t (dy - mean(dy)) + s (u - mean(u))].
 */
function curvatureTerm(x: tf.Tensor4D, dy: tf.Tensor, u: tf.Tensor): tf.Tensor {
  const { y, inverse } = normalised(x);
  const [shift, along] = [channelMean(dy), channelMean(tf.mul(dy, y))];
  const [uShift, uAlong] = [channelMean(u), channelMean(tf.mul(u, y))];
  const covariance = tf.sub(channelMean(tf.mul(u, dy)), tf.mul(uShift, shift));
  const onto = tf.sub(covariance, tf.mul(tf.mul(along, uAlong), 3));
  const across = tf.add(tf.mul(tf.sub(dy, shift), uAlong), tf.mul(tf.sub(u, uShift), along));
  return tf.mul(tf.add(tf.mul(y, onto), across), tf.neg(tf.square(inverse)));
}

/** The gradient of `normaliseBatch`, g = (dy - mean(dy) - y mean(dy y)) / deviation: linear and symmetric in dy. */
const normaliseGradient = tf.customGrad((x, dy, save) => {
  (save as tf.GradSaveFunc)([x as tf.Tensor, dy as tf.Tensor]);
  const { y, inverse } = normalised(x as tf.Tensor4D);
  const along = channelMean(tf.mul(dy as tf.Tensor, y));
  const centred = tf.sub(dy as tf.Tensor, channelMean(dy as tf.Tensor));
  const gradFunc = (u: tf.Tensor, saved: tf.Tensor[]) => {
    const [x, dy] = saved as [tf.Tensor4D, tf.Tensor4D];
    return [curvatureTerm(x, dy, u), normaliseGradient(x, u as tf.Tensor4D)];
  };
  return { value: tf.mul(tf.sub(centred, tf.mul(y, along)), inverse), gradFunc };
}) as (x: tf.Tensor4D, dy: tf.Tensor4D) => tf.Tensor4D;

/**
 * Batch normalisation without affine parameters: each channel to mean 0 and variance 1 over the batch, with `EPSILON`
 * added to the variance. Its first and second derivatives are written out, which saves the passes over memory that
 * differentiating each operation would take. What they need of the forward pass they compute anew from x, since tfjs
 * takes saved outputs for constants; a compiled graph holds it once.
 */
export const normaliseBatch = tf.customGrad((x, save) => {
  (save as tf.GradSaveFunc)([x as tf.Tensor]);
  const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => normaliseGradient(saved as tf.Tensor4D, dy as tf.Tensor4D);
  return { value: normalised(x as tf.Tensor4D).y, gradFunc };
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
