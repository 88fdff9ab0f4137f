import * as tf from '@tensorflow/tfjs-core';
import { mean } from '../../src/numerics/means.js';
import type { Measurement } from '../../src/run/measurements.js';
import { type NamedEngineTensors, sizeOf, type TensorFunction, type TensorSpec } from '../engine/engine.js';
import { ProgramCache } from '../engine/program-cache.js';
import { invariantGroups, type Model, namesWithRole, tensorSpec } from '../models/model.js';
import { batchShape } from '../models/network.js';
import { PART, sumName } from '../step/accumulated-step.js';
import { differentiate } from '../step/gradient.js';
import { LOSS, type LossName } from '../step/loss.js';
import { type BatchShape, evaluationInputs, IMAGES, LABELS } from '../step/step.js';
import { squaredNorm } from '../step/update/projection.js';
import { scalarSpec } from '../step/update/transform.js';
import { disposeAll } from '../training/batch-feeder.js';
import {
  EVALUATION,
  type PassSetting,
  passOver,
  QualityMean,
  TRAINING,
  uploadWeights,
  type Weights,
} from './batch-pass.js';
import { normOf } from './compare.js';
import { type BothModes, qualityIn } from './evaluation-pass.js';

const SQUARES = 'squaredGradients';

/** The squared norm of each tensor's gradient, and the sums it is added to, by a batch's part of the images. */
function gradientProbe(model: Model, loss: LossName = 'cross-entropy') {
  const names = namesWithRole(model, 'sphere');
  const sums = model.tensors
    .filter(({ role }) => role === 'sphere')
    .map((tensor): TensorSpec => ({ ...tensorSpec(tensor), name: sumName(tensor.name) }));
  const fn: TensorFunction = (inputs) => {
    const batch = { images: inputs[IMAGES] as tf.Tensor4D, labels: inputs[LABELS] as tf.Tensor1D };
    const { gradients, buffers, ...quality } = differentiate(model, LOSS[loss], inputs, batch, names);
    // Measuring leaves the running statistics as they are.
    for (const buffer of Object.values(buffers)) buffer.dispose();
    const added = names.map((name): [string, tf.Tensor] => {
      return [sumName(name), tf.add(inputs[sumName(name)]!, tf.mul(gradients[name]!, inputs[PART]!))];
    });
    const squares = tf.stack(names.map((name) => squaredNorm(gradients[name]!)));
    return {
      ...Object.fromEntries(added),
      ...quality,
      ...qualityIn('evaluation', model, inputs, loss),
      [SQUARES]: squares,
    };
  };
  const inputs = (shape: BatchShape) => [...evaluationInputs(model, shape), scalarSpec(PART), ...sums];
  return { fn, inputs, sums, names };
}

/** What one pass over the training images tells of weights. */
export interface GradientPassResult extends BothModes {
  readonly gradient: Measurement['gradient'];
}

/** Losses and gradients of all batches at fixed weights. */
export interface BatchGradients extends BothModes {
  /** Squared norm of each batch's gradient, tensor by tensor in the order of the model's scale-invariant ones. */
  readonly squares: readonly Float32Array[];
  /** The gradient of the mean loss over images, tensor by tensor in that order. */
  readonly means: readonly Float32Array[];
}

/** Goes over the training images at fixed weights: loss, accuracy and gradients of each batch in one program. */
export class GradientPass {
  private readonly probe: ReturnType<typeof gradientProbe>;
  private readonly programs: ProgramCache;

  constructor(private readonly setting: PassSetting) {
    const { engine, model, data, loss } = setting;
    this.probe = gradientProbe(model, loss);
    this.programs = new ProgramCache(engine, this.probe.fn, (count) => this.probe.inputs(batchShape(data, count)));
  }

  async run(weights: Weights): Promise<GradientPassResult> {
    const { training, evaluation, squares, means } = await this.gather(weights);
    return { training, evaluation, gradient: gradientNorms(this.setting.model, weights, squares, means) };
  }

  async gather(weights: Weights): Promise<BatchGradients> {
    const { engine, data } = this.setting;
    const state = uploadWeights(this.setting, weights);
    const [training, evaluation] = [new QualityMean(), new QualityMean()];
    const squares: Float32Array[] = [];
    const zeros = this.probe.sums.map((spec) => [spec.name, engine.upload(spec, new Float32Array(sizeOf(spec.shape)))]);
    let sums: NamedEngineTensors = Object.fromEntries(zeros);
    const given = (part: number) => {
      sums = { ...sums, [PART]: engine.upload(scalarSpec(PART), Float32Array.of(part)) };
      return { ...state, ...sums };
    };
    try {
      await passOver(this.setting, data.train, this.programs, given, async (outputs, batch) => {
        disposeAll(sums);
        sums = Object.fromEntries(this.probe.sums.map(({ name }) => [name, outputs[name]!]));
        await training.add(outputs, batch, TRAINING);
        await evaluation.add(outputs, batch, EVALUATION);
        squares.push((await outputs[SQUARES]!.read()).slice() as Float32Array);
        disposeAll(Object.fromEntries(Object.entries(outputs).filter(([name]) => !(name in sums))));
      });
      const means = await Promise.all(Object.values(sums).map(async (sum) => (await sum.read()).slice()));
      return {
        training: training.value(),
        evaluation: evaluation.value(),
        squares,
        means: means as Float32Array[],
      };
    } finally {
      disposeAll(state, sums);
    }
  }

  dispose(): Promise<void> {
    return this.programs.dispose();
  }
}

/** From the squared norms of each batch's gradients and the gradients' mean, tensor by tensor. */
function gradientNorms(
  model: Model,
  weights: Weights,
  squares: readonly Float32Array[],
  means: readonly Float32Array[],
): Measurement['gradient'] {
  const all = namesWithRole(model, 'sphere');
  const norm = (names: readonly string[]): number => normOf(names.map((name) => weights.get(name)!.data));
  const egn = (names: readonly string[]): number => {
    const places = names.map((name) => all.indexOf(name));
    const square = (batch: Float32Array): number => places.reduce((sum, place) => sum + batch[place]!, 0);
    return norm(names) * mean(squares.map((batch) => Math.sqrt(square(batch))));
  };
  return {
    egn: egn(all),
    meanGradientEgn: norm(all) * normOf(means),
    groups: invariantGroups(model).map(({ name, tensors }) => ({ name, egn: egn(tensors) })),
  };
}
