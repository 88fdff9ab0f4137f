import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../engine/engine.js';
import type { Model, ModelTensor, NormalisationMode } from './model.js';

/** One forward pass on its way through the layers. */
export interface Pass {
  readonly tensors: NamedTensors;
  readonly mode: NormalisationMode;
  /** Running statistics after this batch, which the layers put here in training. */
  readonly buffers: Record<string, tf.Tensor>;
}

/** Tensors and what is done with them, from images to images (`Tensor4D`), to tokens (`Tensor3D`) or to logits (`Tensor2D`). */
export interface Layer<Output extends tf.Tensor = tf.Tensor4D, Input extends tf.Tensor = tf.Tensor4D> {
  readonly tensors: readonly ModelTensor[];
  apply(x: Input, pass: Pass): Output;
}

const without = (apply: (x: tf.Tensor4D) => tf.Tensor4D): Layer => ({ tensors: [], apply });

export const relu: Layer = without((x) => tf.relu(x));

export const identity: Layer = without((x) => x);

/** Maxima of windows of `size` x `size`, side by side. */
export const maxPooling = (size: number): Layer => without((x) => tf.maxPool(x, size, size, 'valid'));

/** Means of windows of `size` x `size`, side by side. */
export const averagePooling = (size: number): Layer => without((x) => tf.avgPool(x, size, size, 'valid'));

/** One layer after another. */
export const sequence = (...layers: readonly Layer[]): Layer => ({
  tensors: layers.flatMap(({ tensors }) => tensors),
  apply: (x, pass) => layers.reduce((y, layer) => layer.apply(y, pass), x),
});

/** A network in parts. */
export interface NetworkParts<Features extends tf.Tensor> {
  readonly name: string;
  readonly classes: number;
  /** Whether only whole kernels are scale-invariant; default: false. */
  readonly wholeKernels?: boolean;
  readonly body: Layer<Features>;
  /** Turns the features into logits. */
  readonly head: Layer<tf.Tensor2D, Features>;
}

/** A network of a body and the layer that turns its features into logits. */
export function network<Features extends tf.Tensor>(parts: NetworkParts<Features>): Model {
  const { name, classes, wholeKernels = false, body, head } = parts;
  return {
    name,
    classes,
    ...(wholeKernels ? { wholeKernels } : {}),
    tensors: [...body.tensors, ...head.tensors],
    lastLayer: head.tensors.map(({ name }) => name),
    forward(tensors, images, mode) {
      const pass: Pass = { tensors, mode, buffers: {} };
      return { logits: head.apply(body.apply(images, pass), pass), buffers: pass.buffers };
    },
  };
}
