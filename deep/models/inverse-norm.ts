import * as tf from '@tensorflow/tfjs-core';

/**
 * Added to squared norms. Deep in divergence, weights of small gradients lose all of their share of a joint sphere, down to squares
 * that float32 takes for 0; they then enter as almost 0 in place of 0 / 0. Of norms above 1e-8 it changes nothing in float32, and
 * the gradient, which takes the third power of the inverse norm, is finite.
 */
const SMALLEST_SQUARE = 1e-24;

/** 1 / |x|, from sums of squares. */
export const inverseNorm = <Squares extends tf.Tensor>(squares: Squares): Squares =>
  tf.rsqrt(tf.add(squares, SMALLEST_SQUARE));
