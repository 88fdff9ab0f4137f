import * as tf from '@tensorflow/tfjs-core';

/**
 * The filter gradient G(x, dy) of a convolution is linear in both operands, and adjoint to the convolution itself:
 * <G(x, dy), U> = <conv(x, U), dy>. Hence for an upstream gradient U in the shape of the filter
 *   d<G, U>/d(dy) = conv(x, U),   d<G, U>/dx = the input gradient of conv(., U) at dy.
 * tfjs has no such gradient. That of the input gradient it has, and it is right.
 */
const filterGradient: tf.GradConfig = {
  kernelName: tf.Conv2DBackpropFilter,
  inputsToSave: ['x', 'dy'],
  gradFunc: (upstream, saved, attrs) => {
    const [x, dy] = saved as [tf.Tensor4D, tf.Tensor4D];
    const { strides, pad, dataFormat, dimRoundingMode } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
    const filter = upstream as tf.Tensor4D;
    const inputAttrs = { ...attrs, inputShape: x.shape };
    return {
      x: () => tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, inputAttrs) as tf.Tensor4D,
      dy: () => tf.conv2d(x, filter, strides, pad as 'same', dataFormat, 1, dimRoundingMode),
    };
  },
};

/** Gradients of the gradients of convolutions. */
export const CONVOLUTION_GRADIENTS: readonly tf.GradConfig[] = [filterGradient];
