import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer.js';
import { type ModelTensor, uniformInitial } from './model.js';

/** Rows of features for each place of each image: [images, places, features]. */
export type Tokens = tf.Tensor3D;
/** A layer from tokens to tokens. */
export type TokenLayer = Layer<Tokens, Tokens>;

export interface MapOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** The residual stream that the result is summed into. */
  readonly stream?: string;
}

/** Every token times a matrix, without bias; a normalisation after it, or after a sum that it is a part of, makes it scale-invariant. */
export function invariantMap(place: string, { inputs, outputs, stream }: MapOptions): TokenLayer {
  const shape = [outputs, inputs];
  const weight: ModelTensor = {
    name: `${place}.weight`,
    shape,
    layout: 'plain',
    role: 'sphere',
    initial: uniformInitial(shape, inputs),
    ...(stream === undefined ? {} : { stream }),
  };
  return {
    tensors: [weight],
    apply(x, { tensors }) {
      const [images, places] = x.shape;
      const rows = tf.reshape(x, [images * places, inputs]) as tf.Tensor2D;
      const products = tf.matMul(rows, tensors[weight.name] as tf.Tensor2D, false, true);
      return tf.reshape(products, [images, places, outputs]);
    },
  };
}
