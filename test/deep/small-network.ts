import * as tf from '@tensorflow/tfjs-core';
import type { Model, ModelTensor } from '../../deep/models/model.js';
import { constantInitial, uniformInitial } from '../../deep/models/model.js';
import { normaliseBatch } from '../../deep/models/normalise.js';
import {
  type Criterion,
  chain,
  classification,
  convolution,
  type Images,
  imagesOf,
  maxPool,
  normalisation,
  relu,
} from './reference-layers.js';

/** Two blocks of the ConvNet on images 8x8 with two channels, then pooling by 4 and a linear layer. */
const [CHANNELS, FIRST, SECOND, CLASSES] = [2, 3, 4, 3];
export const SMALL_SHAPE = { batch: 4, channels: CHANNELS, height: 8, width: 8 };

const kernel = (name: string, inputs: number, outputs: number): ModelTensor => {
  const shape = [outputs, inputs, 3, 3];
  return { name, shape, layout: 'kernel', role: 'sphere', initial: uniformInitial(shape, inputs * 9) };
};

const frozen = { layout: 'plain', role: 'frozen' } as const;

/** The network as the engines run it. */
export const smallNetwork: Model = {
  name: 'small',
  classes: CLASSES,
  tensors: [
    kernel('first', CHANNELS, FIRST),
    kernel('second', FIRST, SECOND),
    { name: 'weight', shape: [CLASSES, SECOND], ...frozen, initial: uniformInitial([CLASSES, SECOND], 1) },
    { name: 'bias', shape: [CLASSES], ...frozen, initial: constantInitial([CLASSES], 0.1) },
  ],
  lastLayer: ['weight', 'bias'],
  forward: (tensors, images) => {
    const block = (x: tf.Tensor4D, name: string): tf.Tensor4D =>
      normaliseBatch(tf.conv2d(x, tensors[name] as tf.Tensor4D, 1, 'same'));
    const first = tf.relu(block(images, 'first'));
    const second = tf.relu(tf.maxPool(block(first, 'second'), 2, 2, 'valid'));
    const features = tf.reshape(tf.maxPool(second, 4, 4, 'valid'), [images.shape[0], SECOND]) as tf.Tensor2D;
    const product = tf.matMul(features, tensors.weight as tf.Tensor2D, false, true);
    return { logits: tf.add(product, tensors.bias!), buffers: {} };
  },
};

export interface SmallPoint {
  readonly tensors: ReadonlyMap<string, ArrayLike<number>>;
  readonly images: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
}

/** The same loss and its gradient in the two kernels in float64, by plain loops and a backward pass by hand. */
export function smallReference({ tensors, images, labels }: SmallPoint, criterion: Criterion) {
  const [first, second, weight, bias] = ['first', 'second', 'weight', 'bias'].map((name) =>
    Float64Array.from(tensors.get(name)!),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { batch, height, width } = SMALL_SHAPE;
  const poolBy = (window: number) => (x: Images) => maxPool(x, window);
  const convolved1 = convolution(imagesOf([batch, CHANNELS, height, width], images), first, FIRST);
  const block1 = chain(convolved1.out, normalisation, relu);
  const convolved2 = convolution(block1.out, second, SECOND);
  const block2 = chain(convolved2.out, normalisation, poolBy(2), relu, poolBy(4));
  const { loss, gradient } = classification(block2.out, labels, { weight, bias, criterion });
  const d2 = block2.backward(gradient);
  const d1 = block1.backward(convolved2.backward(d2));
  return {
    loss,
    gradient: new Map([
      ['first', convolved1.kernelGradient(d1)],
      ['second', convolved2.kernelGradient(d2)],
    ]),
  };
}
