import * as tf from '@tensorflow/tfjs-core';
import { inverseNorm } from './inverse-norm.js';
import type { Layer } from './layer.js';
import { type ConvolutionOptions, convolve } from './layers.js';
import { constantInitial, type ModelTensor, uniformInitial } from './model.js';

/**
 * The norm that every filter has in the convolution. Of pixels that a ReLU has left half the square of, sqrt(2) keeps the mean
 * square: 1/2 of |w|^2.
 */
const FILTER_NORM = Math.SQRT2;

/**
 * The name that the tensor of a weight normalisation has in state dicts of today's PyTorch (torch.nn.utils.parametrizations), which
 * reads ours as well; other names as they are.
 */
export const parametrisedName = (name: string): string =>
  name
    .replace(/\.weight_g$/, '.parametrizations.weight.original0')
    .replace(/\.weight_v$/, '.parametrizations.weight.original1');

/** Filters v / |v|, by the last dimension. */
function unitFilters(v: tf.Tensor4D): tf.Tensor4D {
  const squares = tf.sum(tf.square(v), [0, 1, 2]);
  return tf.mul(v, inverseNorm(squares));
}

/**
 * A convolution by g v / |v| for each output filter v, with the names of PyTorch's weight normalisation, `weight_v` and `weight_g`:
 * v is scale-invariant by itself, whatever follows. Where `affine`, g and a bias are trained; otherwise g stays `FILTER_NORM` and there
 * is no bias.
 */
export function weightNormalised(
  place: string,
  { inputs, outputs, stride = 1, kernel = 3 }: ConvolutionOptions,
  affine: boolean,
): Layer {
  const fanIn = inputs * kernel * kernel;
  const shape = [outputs, inputs, kernel, kernel];
  const [v, g, bias] = [`${place}.weight_v`, `${place}.weight_g`, `${place}.bias`];
  const plain = { layout: 'plain', role: affine ? 'free' : 'frozen' } as const;
  const norms: ModelTensor = {
    name: g,
    shape: [outputs, 1, 1, 1],
    ...plain,
    initial: constantInitial([outputs], FILTER_NORM),
  };
  const shift: ModelTensor = { name: bias, shape: [outputs], ...plain, initial: uniformInitial([outputs], fanIn) };
  return {
    tensors: [
      ...(affine ? [shift] : []),
      norms,
      { name: v, shape, layout: 'kernel', role: 'sphere', initial: uniformInitial(shape, fanIn) },
    ],
    apply(x, { tensors }) {
      const scales = tf.reshape(tensors[g]!, [outputs]);
      const filters: tf.Tensor4D = tf.mul(unitFilters(tensors[v] as tf.Tensor4D), scales);
      const image = convolve(x, filters, stride);
      return affine ? tf.add(image, tensors[bias]!) : image;
    },
  };
}
