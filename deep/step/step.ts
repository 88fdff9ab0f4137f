import { sizeOf, type TensorFunction, type TensorSpec } from '../engine/engine.js';
import { type Model, namesWithRole } from '../models/model.js';
import { type BatchShape, batchOf, evaluationInputs } from './batch.js';
import { differentiate, measure } from './gradient.js';
import { accuracy, LOSS, type LossName } from './loss.js';
import { composeUpdate, trainedNames, type UpdateOptions } from './update/compose.js';
import { forEachName } from './update/transform.js';

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
    const { gradients, buffers, ...recorded } = differentiate(model, loss, inputs, trained);
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
