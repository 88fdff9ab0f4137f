import * as tf from '@tensorflow/tfjs-core';
import { maxPoolGather, poolWindows } from './max-pool-gather.js';

/**
 * The gradient of max-pooling takes each dy to the place of its window's maximum; its adjoint, which this is, takes
 * what lies there back. The places are constant almost everywhere, so nothing flows to what was pooled.
 */
const maxPoolGradient: tf.GradConfig = {
  kernelName: tf.MaxPoolGrad,
  inputsToSave: ['input', 'output'],
  gradFunc: (upstream, saved, attrs) => {
    const [input, output] = saved as [tf.Tensor4D, tf.Tensor4D];
    const attributes = attrs as unknown as tf.MaxPoolGradAttrs;
    return {
      dy: () => maxPoolGather({ values: upstream as tf.Tensor4D, input }, attributes),
      input: () => tf.zerosLike(input),
      output: () => tf.zerosLike(output),
    };
  },
};

/**
 * The gradient of average-pooling spreads each dy evenly over its window; its adjoint averages over the window. Windows
 * that reach over the border are refused: tfjs' pooling divides by the pixels inside, its gradient by all of them.
 */
const averagePoolGradient: tf.GradConfig = {
  kernelName: tf.AvgPoolGrad,
  inputsToSave: ['input'],
  gradFunc: (upstream, [input], attrs) => {
    const { filterSize, strides, pad } = attrs as unknown as tf.AvgPoolGradAttrs;
    const { top, left, bottom, right } = poolWindows(input!.shape, attrs).padInfo;
    if (top + left + bottom + right > 0) {
      throw new Error('the second derivative of average-pooling over the border of an image is not available');
    }
    return {
      dy: () => tf.avgPool(upstream as tf.Tensor4D, filterSize, strides, pad),
      input: () => tf.zerosLike(input!),
    };
  },
};

/** Gradients of the gradients of pooling. */
export const POOLING_GRADIENTS: readonly tf.GradConfig[] = [maxPoolGradient, averagePoolGradient];
