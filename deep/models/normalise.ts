import * as tf from '@tensorflow/tfjs-core';

export const EPSILON = 1e-5;
/** The weight of a batch in the running statistics. */
export const RUNNING_MOMENTUM = 0.1;

/** What a mean and a variance are taken over, and whether these dimensions stay, with size 1. */
interface Statistics {
  readonly axes: readonly number[];
  readonly kept: boolean;
}

/** Of each channel over batch and pixels of an NHWC tensor. */
const CHANNELS: Statistics = { axes: [0, 1, 2], kept: false };
/** Of each row: over the last dimension. */
const ROWS: Statistics = { axes: [-1], kept: true };

const meanOver = (x: tf.Tensor, { axes, kept }: Statistics): tf.Tensor => tf.mean(x, [...axes], kept);

function moments(x: tf.Tensor, over: Statistics): { mean: tf.Tensor; variance: tf.Tensor } {
  const mean = meanOver(x, over);
  return { mean, variance: meanOver(tf.square(tf.sub(x, mean)), over) };
}

/** Mean and biased variance of each channel over batch and pixels of an NHWC tensor. */
export const channelMoments = (x: tf.Tensor4D): { mean: tf.Tensor1D; variance: tf.Tensor1D } =>
  moments(x, CHANNELS) as { mean: tf.Tensor1D; variance: tf.Tensor1D };

/** Numbers normalised, y = (x - mean) inverse, and the inverse deviation. */
function normalised(x: tf.Tensor, over: Statistics): { y: tf.Tensor; inverse: tf.Tensor } {
  const { mean, variance } = moments(x, over);
  const inverse = tf.rsqrt(tf.add(variance, EPSILON));
  return { y: tf.mul(tf.sub(x, mean), inverse), inverse };
}

type Normalise = (x: tf.Tensor) => tf.Tensor;
type NormaliseGradient = (x: tf.Tensor, dy: tf.Tensor) => tf.Tensor;

/**
 * The derivative in x of sum(u g(x, dy)), where g is `normaliseGradient`: with r = 1 / deviation, s = mean(dy y) and
 * t = mean(u y) it is -r^2 [(mean(u dy) - mean(u) mean(dy) - 3 s t) y + t (dy - mean(dy)) + s (u - mean(u))].
 */
function curvatureTerm(x: tf.Tensor, dy: tf.Tensor, u: tf.Tensor, over: Statistics): tf.Tensor {
  const { y, inverse } = normalised(x, over);
  const mean = (values: tf.Tensor): tf.Tensor => meanOver(values, over);
  const [shift, along] = [mean(dy), mean(tf.mul(dy, y))];
  const [uShift, uAlong] = [mean(u), mean(tf.mul(u, y))];
  const covariance = tf.sub(mean(tf.mul(u, dy)), tf.mul(uShift, shift));
  const onto = tf.sub(covariance, tf.mul(tf.mul(along, uAlong), 3));
  const across = tf.add(tf.mul(tf.sub(dy, shift), uAlong), tf.mul(tf.sub(u, uShift), along));
  return tf.mul(tf.add(tf.mul(y, onto), across), tf.neg(tf.square(inverse)));
}

/** The gradient of `normalisation`, g = (dy - mean(dy) - y mean(dy y)) / deviation: linear and symmetric in dy. */
function gradientOf(over: Statistics): NormaliseGradient {
  const gradient = tf.customGrad((x, dy, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor, dy as tf.Tensor]);
    const { y, inverse } = normalised(x as tf.Tensor, over);
    const along = meanOver(tf.mul(dy as tf.Tensor, y), over);
    const centred = tf.sub(dy as tf.Tensor, meanOver(dy as tf.Tensor, over));
    const gradFunc = (u: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, dy] = saved as [tf.Tensor, tf.Tensor];
      return [curvatureTerm(x, dy, u, over), gradient(x, u)];
    };
    return { value: tf.mul(tf.sub(centred, tf.mul(y, along)), inverse), gradFunc };
  }) as NormaliseGradient;
  return gradient;
}

/**
 * Normalisation without affine parameters: to mean 0 and variance 1, with `EPSILON` added to the variance. Its first and second
 * derivatives are written out, which saves the passes over memory that
 * differentiating each operation would take. What they need of the forward pass they compute anew from x, since tfjs
 * takes saved outputs for constants; a compiled graph holds it once.
 */
function normalisation(over: Statistics): Normalise {
  const gradient = gradientOf(over);
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => gradient(saved!, dy);
    return { value: normalised(x as tf.Tensor, over).y, gradFunc };
  }) as Normalise;
}

/** Each channel of a batch to mean 0 and variance 1 over the batch and its pixels. */
export const normaliseBatch = normalisation(CHANNELS) as (x: tf.Tensor4D) => tf.Tensor4D;

/** Each row, along the last dimension, to mean 0 and variance 1. */
export const normaliseRows = normalisation(ROWS) as <Rows extends tf.Tensor>(x: Rows) => Rows;

/** The channels of each image of an NHWC tensor in so many groups, each group to mean 0 and variance 1 over its channels and pixels. */
export function normaliseChannelGroups(x: tf.Tensor4D, groups: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const planes = tf.transpose(x, [0, 3, 1, 2]);
  const rows = tf.reshape(planes, [batch, groups, (channels / groups) * height * width]) as tf.Tensor3D;
  return tf.transpose(tf.reshape(normaliseRows(rows), planes.shape), [0, 2, 3, 1]);
}

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
