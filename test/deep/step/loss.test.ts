import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorFunction } from '../../../deep/engine/engine.js';
import { accuracy, LOSS, type LossName } from '../../../deep/step/loss.js';
import { compiled, input, runOn } from '../engine/agreement.js';

const LOGITS = [
  [1, -2, 0.5],
  [0, 3, -1],
];
const LABELS = [0, 2];

const logits = { ...input('logits', [2, 3]), data: Float32Array.from(LOGITS.flat()) };
const labels = { ...input('labels', [2], { content: 'whole' }), data: Int32Array.from(LABELS) };

const lossAndGradient =
  (name: LossName): TensorFunction =>
  ({ logits, labels }) => {
    const loss = (y: tf.Tensor) => LOSS[name](y as tf.Tensor2D, labels as tf.Tensor1D);
    return { loss: loss(logits!), gradient: tf.grad(loss)(logits!) };
  };

const expectNear = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 6);
  });
};

describe('losses of a batch of two, by hand', () => {
  it('squared: the sum over classes, the mean over the batch', async () => {
    const { loss, gradient } = await runOn(compiled, lossAndGradient('squared'), [logits, labels]);
    // (0 + 4 + 0.25 + 0 + 9 + 4) / 2
    expectNear(loss!.data, [8.625]);
    expectNear(gradient!.data, [0, -2, 0.5, 0, 3, -2]);
  });

  it('cross-entropy: minus the logarithm of the probability of the label', async () => {
    const { loss, gradient } = await runOn(compiled, lossAndGradient('cross-entropy'), [logits, labels]);
    const softmax = LOGITS.map((row) => {
      const exponentials = row.map(Math.exp);
      const sum = exponentials.reduce((a, b) => a + b);
      return exponentials.map((value) => value / sum);
    });
    expectNear(loss!.data, [-(Math.log(softmax[0]![0]!) + Math.log(softmax[1]![2]!)) / 2]);
    expectNear(
      gradient!.data,
      softmax.flatMap((row, i) => row.map((p, j) => (p - Number(j === LABELS[i])) / 2)),
    );
  });

  it('accuracy counts rows whose largest logit is the label', async () => {
    const fn: TensorFunction = ({ logits, labels }) => ({
      out: accuracy(logits as tf.Tensor2D, labels as tf.Tensor1D),
    });
    expectNear((await runOn(compiled, fn, [logits, labels])).out!.data, [0.5]);
  });
});
