import type * as tf from '@tensorflow/tfjs-core';
import { type Engine, type NamedTensors, sizeOf, type TensorFunction, type TensorSpec } from '../engine/engine.js';
import { type Model, namesWithRole, tensorSpec } from '../models/model.js';
import { differentiate, measure } from './gradient.js';
import { accuracy, LOSS, type LossName } from './loss.js';
import { composeUpdate, trainedNames, type UpdateOptions } from './update/compose.js';
import { forEachName } from './update/transform.js';

/** Names of a batch among the inputs; all others are the model's own tensors and what the update wants. */
export const IMAGES = 'images';
export const LABELS = 'labels';

export interface BatchShape {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

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

export interface StepOptions extends UpdateOptions {
  readonly loss?: LossName;
}

/** A training step and what it wants to be given. */
export interface TrainingStepFunction {
  readonly fn: TensorFunction;
  /** Numbers to be given: learning rates and radii. */
  readonly scalars: readonly TensorSpec[];
  /** What the step remembers besides the model's tensors; it comes out under the same names. */
  readonly state: readonly TensorSpec[];
  /** All inputs: the model's tensors, a batch, `scalars` and `state`. */
  inputs(shape: BatchShape): TensorSpec[];
}

/**
 * One step of stochastic gradient descent: gradient, then weight decay, momentum, descent, projection, as the options say.
 * The function returns the new state under the names of the old, and, all before the update: `loss`, `accuracy`; of each
 * scale-invariant group and the gradient of the loss alone, `squaredNorms`, `squaredGradients` and `inners`, the inner
 * products of weights and gradient; and the squared distance `squaredChord` between the old and the new scale-invariant
 * parameters.
 */
export function trainingStep(model: Model, options: StepOptions = {}): TrainingStepFunction {
  const names = namesWithRole(model, 'sphere');
  const trained = trainedNames(model, options);
  const loss = LOSS[options.loss ?? 'cross-entropy'];
  const update = composeUpdate(model, options);
  const fn: TensorFunction = (inputs) => {
    const positions = forEachName(trained, (name) => inputs[name]!);
    const { gradients, buffers, ...recorded } = differentiate(model, loss, inputs, batchOf(inputs), trained);
    const moved = update.apply({ positions, updates: gradients, state: {} }, inputs);
    const measured = measure(names, positions, gradients, moved.positions);
    return { ...moved.positions, ...moved.state, ...buffers, ...recorded, ...measured };
  };
  const { scalars, state } = update;
  return { fn, scalars, state, inputs: (shape) => [...evaluationInputs(model, shape), ...scalars, ...state] };
}

/** What a step remembers, before the first one: zeros. */
export const startingState = ({ state }: Pick<TrainingStepFunction, 'state'>): Map<string, Float32Array> =>
  new Map(state.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]));

/** Logits, loss and accuracy of a batch, with batch statistics (`training`) or running ones (`evaluation`). */
export const evaluation =
  (model: Model, mode: 'training' | 'evaluation', loss: LossName = 'cross-entropy'): TensorFunction =>
  (inputs) => {
    const { images, labels } = batchOf(inputs);
    const { logits } = model.forward(inputs, images, mode);
    return { logits, loss: LOSS[loss](logits, labels), accuracy: accuracy(logits, labels) };
  };
