import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../engine/engine.js';
import type { Model, ModelTensor, NormalisationMode } from './model.js';

/** One forward pass on its way through the layers. */
interface Pass {
  readonly tensors: NamedTensors;
  readonly mode: NormalisationMode;
  /** Running statistics after this batch, which the layers put here in training. */
  readonly buffers: Record<string, tf.Tensor>;
}

/** Tensors and what is done with them, from images to images (`Tensor4D`) or to logits (`Tensor2D`). */
export interface Layer<Output extends tf.Tensor = tf.Tensor4D> {
  readonly tensors: readonly ModelTensor[];
  apply(x: tf.Tensor4D, pass: Pass): Output;
}

const without = (apply: (x: tf.Tensor4D) => tf.Tensor4D): Layer => ({ tensors: [], apply });

export const relu: Layer = without((x) => tf.relu(x));

/** Maxima of windows of `size` x `size`, side by side. */
export const maxPooling = (size: number): Layer => without((x) => tf.maxPool(x, size, size, 'valid'));

/** Means of windows of `size` x `size`, side by side. */
export const averagePooling = (size: number): Layer => without((x) => tf.avgPool(x, size, size, 'valid'));

/** One layer after another. */
export const sequence = (...layers: readonly Layer[]): Layer => ({
  tensors: layers.flatMap(({ tensors }) => tensors),
  apply: (x, pass) => layers.reduce((y, layer) => layer.apply(y, pass), x),
});

/** A network of a body and the layer that turns its features into logits. */
export function network(name: string, classes: number, body: Layer, head: Layer<tf.Tensor2D>): Model {
  return {
    name,
    classes,
    tensors: [...body.tensors, ...head.tensors],
    lastLayer: head.tensors.map(({ name }) => name),
    forward(tensors, images, mode) {
      const pass: Pass = { tensors, mode, buffers: {} };
      return { logits: head.apply(body.apply(images, pass), pass), buffers: pass.buffers };
    },
  };
}
