import * as tf from '@tensorflow/tfjs-core';
import type { TensorFunction, TensorSpec } from '../engine/engine.js';
import { type Model, namesWithRole, tensorSpec } from '../models/model.js';
import { type BatchShape, evaluationInputs } from './batch.js';
import { differentiate, measure } from './gradient.js';
import { LOSS } from './loss.js';
import type { StepOptions, TrainingStepFunction } from './step.js';
import { composeUpdate, trainedNames } from './update/compose.js';
import { forEachName, scalarSpec } from './update/transform.js';

/** Name of the sum that the gradient of a parameter is added to. */
export const sumName = (parameter: string): string => `sum:${parameter}`;
/** What part of the images of a step a batch holds. */
export const PART = 'part';

/** A step along the mean gradient of several batches, in two functions. */
export interface AccumulatedStep extends Pick<TrainingStepFunction, 'scalars' | 'state'> {
  /**
   * Adds a batch's part to the sums of the gradients: its gradient, at batch statistics of its own. Also returns the
   * batch's loss and accuracy, and the running statistics.
   */
  readonly add: TensorFunction;
  addInputs(shape: BatchShape): TensorSpec[];
  /** What follows once all batches are added; returns what `trainingStep` does but loss, accuracy and statistics. */
  readonly move: TensorFunction;
  readonly moveInputs: readonly TensorSpec[];
  /** The sums, zero before the first batch of a step. */
  readonly sums: readonly TensorSpec[];
}

/** One step along the gradient of many batches together: for all that do not fit into memory at once. */
export function accumulatedStep(model: Model, options: StepOptions = {}): AccumulatedStep {
  const names = namesWithRole(model, 'sphere');
  const trained = trainedNames(model, options);
  const loss = LOSS[options.loss ?? 'cross-entropy'];
  const { scalars, state, apply } = composeUpdate(model, options);
  const specs = model.tensors.filter(({ name }) => trained.includes(name)).map(tensorSpec);
  const sums = specs.map((spec) => ({ ...spec, name: sumName(spec.name) }));
  const add: TensorFunction = (inputs) => {
    const { gradients, buffers, ...recorded } = differentiate(model, loss, inputs, trained);
    const added = trained.map((name): [string, tf.Tensor] => {
      const part = tf.mul(gradients[name]!, inputs[PART]!);
      return [sumName(name), tf.add(inputs[sumName(name)]!, part)];
    });
    return { ...Object.fromEntries(added), ...buffers, ...recorded };
  };
  const move: TensorFunction = (inputs) => {
    const positions = forEachName(trained, (name) => inputs[name]!);
    const gradients = forEachName(trained, (name) => inputs[sumName(name)]!);
    const moved = apply({ positions, updates: gradients, state: {} }, inputs);
    return { ...moved.positions, ...moved.state, ...measure(names, positions, gradients, moved.positions) };
  };
  return {
    add,
    addInputs: (shape) => [...evaluationInputs(model, shape), scalarSpec(PART), ...sums],
    move,
    moveInputs: [...specs, ...sums, ...scalars, ...state],
    sums,
    scalars,
    state,
  };
}
