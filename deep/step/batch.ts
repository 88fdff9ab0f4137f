import type * as tf from '@tensorflow/tfjs-core';
import type { DataSet } from '../data/image-set.js';
import type { Engine, NamedTensors, TensorSpec } from '../engine/engine.js';
import { type Model, tensorSpec } from '../models/model.js';

/** What a step is given of the data: images and labels, as tensors of an engine. */

/** Names of a batch among the inputs; all others are the model's own tensors and what the update wants. */
export const IMAGES = 'images';
export const LABELS = 'labels';

export interface BatchShape {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The batches of a data set that have so many images. */
export const batchShape = ({ train: { channels, height, width } }: DataSet, batch: number): BatchShape => ({
  batch,
  channels,
  height,
  width,
});

export const batchSpecs = ({ batch, channels, height, width }: BatchShape): [TensorSpec, TensorSpec] => [
  { name: IMAGES, shape: [batch, channels, height, width], layout: 'image', type: 'float32' },
  { name: LABELS, shape: [batch], layout: 'plain', type: 'int32' },
];

/** A batch in host order. */
export interface HostBatch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** Puts a batch into the engine's memory, under the names of the inputs. */
export function uploadBatch(engine: Engine, shape: BatchShape, { images, labels }: HostBatch) {
  const [imageSpec, labelSpec] = batchSpecs(shape);
  return { [IMAGES]: engine.upload(imageSpec, images), [LABELS]: engine.upload(labelSpec, labels) };
}

/** Inputs of an evaluation: the model's tensors and a batch. */
export const evaluationInputs = (model: Model, shape: BatchShape): TensorSpec[] => [
  ...model.tensors.map(tensorSpec),
  ...batchSpecs(shape),
];

/** The batch among the inputs. */
export const batchOf = (inputs: NamedTensors) => ({
  images: inputs[IMAGES] as tf.Tensor4D,
  labels: inputs[LABELS] as tf.Tensor1D,
});
