import * as tf from '@tensorflow/tfjs-core';
import { mean } from '../../src/numerics/means.js';
import type { TensorFunction } from '../engine/engine.js';
import { ProgramCache } from '../engine/program-cache.js';
import { type Model, namesWithRole } from '../models/model.js';
import { type PassSetting, passOver, uploadWeights, type Weights } from '../observe/batch-pass.js';
import { batchShape, evaluationInputs } from '../step/batch.js';
import { lossOf } from '../step/gradient.js';
import { LOSS, type LossName } from '../step/loss.js';
import { disposeAll } from '../training/batch-feeder.js';
import { type ClassProbabilities, classProbabilities, softmax } from './class-probabilities.js';

/** What one batch of training images tells of weights, with its own statistics of normalisation. */
export interface BatchDetail {
  /** Norm of the gradient in all scale-invariant parameters. */
  readonly gradientNorm: number;
  /** Of each class, how many images of the batch have its label and a larger logit elsewhere. */
  readonly misclassified: readonly number[];
  readonly probabilities: ClassProbabilities;
}

/** Every batch of a pass over the training images, and the filters of each scale-invariant parameter. */
export interface BatchDetails {
  readonly batches: readonly BatchDetail[];
  /** Mean over batches of the norm of the gradient in each output filter, by parameter. */
  readonly filters: ReadonlyMap<string, readonly number[]>;
}

const filterName = (parameter: string): string => `filters:${parameter}`;

/** Squared norms of the output filters: the last dimension of a kernel here, else the first. */
const filterSquares = (gradient: tf.Tensor, isKernel: boolean): tf.Tensor => {
  const axes = isKernel ? [0, 1, 2] : Array.from({ length: gradient.rank - 1 }, (_, i) => i + 1);
  return tf.sum(tf.square(gradient), axes);
};

/** Logits of a batch, and the squared norms of the gradient's filters. */
function detailProgram(model: Model, loss: LossName): TensorFunction {
  const parameters = model.tensors.filter(({ role }) => role === 'sphere');
  const names = parameters.map(({ name }) => name);
  return (inputs) => {
    let logits: tf.Tensor2D | undefined;
    const keep = (forward: { readonly logits: tf.Tensor2D }): void => {
      logits = tf.keep(forward.logits);
    };
    const slope = tf.valueAndGrads(lossOf(model, LOSS[loss], inputs, names, keep));
    const { value, grads } = slope(names.map((name) => inputs[name]!));
    const outputs: Record<string, tf.Tensor> = { loss: value, logits: logits! };
    parameters.forEach(({ name, layout }, i) => {
      outputs[filterName(name)] = filterSquares(grads[i]!, layout === 'kernel');
    });
    tf.dispose(grads);
    return outputs;
  };
}

const largestPlace = (row: readonly number[]): number => row.indexOf(Math.max(...row));

/** The rows of logits, [images, classes]. */
const rowsOf = (logits: ArrayLike<number>, classes: number): number[][] =>
  Array.from({ length: logits.length / classes }, (_, i) =>
    Array.from({ length: classes }, (_, c) => logits[i * classes + c]!),
  );

function detailOf(rows: readonly number[][], labels: Uint8Array, classes: number, gradientNorm: number): BatchDetail {
  const misclassified = Array.from({ length: classes }, () => 0);
  rows.forEach((row, i) => {
    if (largestPlace(row) !== labels[i]) misclassified[labels[i]!]! += 1;
  });
  return { gradientNorm, misclassified, probabilities: classProbabilities(rows.map(softmax), labels, classes) };
}

/**
 * What the official `get_info` measures batch by batch, at fixed weights over the training images in their order: norms of
 * gradients in all scale-invariant parameters and in their filters, misclassified images and probabilities by class. Gradients
 * are of the loss of the setting.
 */
export async function batchDetails(setting: PassSetting, weights: Weights): Promise<BatchDetails> {
  const { engine, model, data, loss = 'cross-entropy' } = setting;
  const names = namesWithRole(model, 'sphere');
  const programs = new ProgramCache(engine, detailProgram(model, loss), (count) =>
    evaluationInputs(model, batchShape(data, count)),
  );
  const state = uploadWeights(setting, weights);
  const batches: BatchDetail[] = [];
  const filters = new Map(names.map((name): [string, number[][]] => [name, []]));
  let start = 0;
  try {
    await passOver(
      setting,
      data.train,
      programs,
      () => state,
      async (outputs, { size }) => {
        let square = 0;
        for (const [name, norms] of filters) {
          const squares = Array.from(await outputs[filterName(name)]!.read());
          square += squares.reduce((sum, value) => sum + value, 0);
          norms.push(squares.map(Math.sqrt));
        }
        const rows = rowsOf(await outputs.logits!.read(), model.classes);
        const labels = data.train.labels.subarray(start, start + size);
        batches.push(detailOf(rows, labels, model.classes, Math.sqrt(square)));
        start += size;
        disposeAll(outputs);
      },
    );
  } finally {
    disposeAll(state);
    await programs.dispose();
  }
  const means = [...filters].map(([name, norms]): [string, number[]] => [
    name,
    norms[0]!.map((_, i) => mean(norms.map((of) => of[i]!))),
  ]);
  return { batches, filters: new Map(means) };
}
