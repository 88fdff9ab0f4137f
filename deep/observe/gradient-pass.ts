import * as tf from '@tensorflow/tfjs-core';
import { mean } from '../../src/numerics/means.js';
import type { Measurement } from '../../src/run/measurements.js';
import { type NamedEngineTensors, sizeOf, type TensorFunction, type TensorSpec } from '../engine/engine.js';
import { ProgramCache } from '../engine/program-cache.js';
import { invariantGroups, type Model, namesWithRole, tensorSpec } from '../models/model.js';
import { PART, sumName } from '../step/accumulated-step.js';
import { type BatchShape, batchShape, evaluationInputs } from '../step/batch.js';
import { differentiate } from '../step/gradient.js';
import { LOSS, type LossName } from '../step/loss.js';
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
    const { gradients, buffers, ...quality } = differentiate(model, LOSS[loss], inputs, names);
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
  /** The mean of the batches' gradients, in which a smaller last batch counts as much as the others. */
  readonly meansOfBatches: readonly Float32Array[];
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
    const { training, evaluation, ...gradients } = await this.gather(weights);
    return { training, evaluation, gradient: gradientNorms(this.setting.model, weights, gradients) };
  }

  async gather(weights: Weights): Promise<BatchGradients> {
    const { engine, data } = this.setting;
    const state = uploadWeights(this.setting, weights);
    const [training, evaluation] = [new QualityMean(), new QualityMean()];
    const squares: Float32Array[] = [];
    const zeros = this.probe.sums.map((spec) => [spec.name, engine.upload(spec, new Float32Array(sizeOf(spec.shape)))]);
    let sums: NamedEngineTensors = Object.fromEntries(zeros);
    const read = () =>
      Promise.all(this.probe.sums.map(async ({ name }) => (await sums[name]!.read()).slice() as Float32Array));
    let beforeLast: readonly Float32Array[] | undefined;
    const given = (part: number) => {
      sums = { ...sums, [PART]: engine.upload(scalarSpec(PART), Float32Array.of(part)) };
      return { ...state, ...sums };
    };
    try {
      await passOver(this.setting, data.train, this.programs, given, async (outputs, batch) => {
        if (batch.size < this.setting.batch && squares.length > 0) beforeLast = await read();
        disposeAll(sums);
        sums = Object.fromEntries(this.probe.sums.map(({ name }) => [name, outputs[name]!]));
        await training.add(outputs, batch, TRAINING);
        await evaluation.add(outputs, batch, EVALUATION);
        squares.push((await outputs[SQUARES]!.read()).slice() as Float32Array);
        disposeAll(Object.fromEntries(Object.entries(outputs).filter(([name]) => !(name in sums))));
      });
      const means = await read();
      const sizes = { count: data.train.count, batch: this.setting.batch };
      return {
        training: training.value(),
        evaluation: evaluation.value(),
        squares,
        means,
        meansOfBatches: beforeLast === undefined ? means : meansOfBatches(means, beforeLast, sizes),
      };
    } finally {
      disposeAll(state, sums);
    }
  }

  dispose(): Promise<void> {
    return this.programs.dispose();
  }
}

/**
 * The mean of B gradients, the last of them of a smaller batch, from their mean over images, S, and its part S' without that batch: of
 * b images a batch and r in the last, out of n, it is (S' n/b + (S - S') n/r) / B. Rounding of S counts (b/r)/B times.
 */
function meansOfBatches(
  means: readonly Float32Array[],
  beforeLast: readonly Float32Array[],
  { count, batch }: { readonly count: number; readonly batch: number },
): Float32Array[] {
  const batches = Math.ceil(count / batch);
  const last = count - (batches - 1) * batch;
  return means.map((all, i) =>
    all.map((sum, j) => {
      const before = beforeLast[i]![j]!;
      return ((before * count) / batch + ((sum - before) * count) / last) / batches;
    }),
  );
}

/**
 * The norm of the standard deviations over B batches of all components of the gradient, estimated with B - 1; NaN of one batch. The sum
 * of the variances is (sum_b |g_b|^2 - B |mean|^2) / (B - 1).
 */
function deviationNorm(squares: readonly number[], meanNorm: number): number {
  const batches = squares.length;
  const sum = squares.reduce((total, square) => total + square, 0);
  return batches === 1 ? Number.NaN : Math.sqrt(Math.max(0, sum - batches * meanNorm ** 2) / (batches - 1));
}

/** From the squared norms of each batch's gradients and the gradients' mean, tensor by tensor. */
function gradientNorms(
  model: Model,
  weights: Weights,
  { squares, means, meansOfBatches: ofBatches }: Pick<BatchGradients, 'squares' | 'means' | 'meansOfBatches'>,
): Measurement['gradient'] {
  const all = namesWithRole(model, 'sphere');
  const norm = (names: readonly string[]): number => normOf(names.map((name) => weights.get(name)!.data));
  const egn = (names: readonly string[]): number => {
    const places = names.map((name) => all.indexOf(name));
    const square = (batch: Float32Array): number => places.reduce((sum, place) => sum + batch[place]!, 0);
    return norm(names) * mean(squares.map((batch) => Math.sqrt(square(batch))));
  };
  const sumOf = (batch: Float32Array): number => batch.reduce((sum, square) => sum + square, 0);
  return {
    egn: egn(all),
    meanGradientEgn: norm(all) * normOf(means),
    meanOfBatchesEgn: norm(all) * normOf(ofBatches),
    deviationEgn: norm(all) * deviationNorm(squares.map(sumOf), normOf(ofBatches)),
    groups: invariantGroups(model).map(({ name, tensors }) => ({ name, egn: egn(tensors) })),
  };
}
