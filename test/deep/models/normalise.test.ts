import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorFunction } from '../../../deep/engine/engine.js';
import { trace } from '../../../deep/engine/trace/trace.js';
import {
  channelMoments,
  EPSILON,
  normaliseBatch,
  normaliseWith,
  updateRunning,
} from '../../../deep/models/normalise.js';
import { compiled, deviation, eager, input, runOn } from '../engine/agreement.js';

const SHAPE = [3, 4, 5, 2];
const x = input('x', SHAPE, { layout: 'image', seed: 3 });
const dy = input('dy', SHAPE, { layout: 'image', seed: 4 });

/** The same normalisation from operations that tfjs differentiates one by one. */
const composed = (x: tf.Tensor): tf.Tensor => {
  const mean = tf.mean(x, [0, 1, 2], true);
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), [0, 1, 2], true);
  return tf.div(centred, tf.sqrt(tf.add(variance, EPSILON)));
};

describe('batch normalisation', () => {
  it.each([
    ['compiled', compiled],
    ['eager', eager],
  ])('has the value and, written out, the gradient of the composed formula, %s', async (_, engine) => {
    const differentiated =
      (normalise: (x: tf.Tensor) => tf.Tensor): TensorFunction =>
      ({ x, dy }) => ({ out: normalise(x!), x: tf.grad(normalise)(x!, dy!) });
    const expected = await runOn(eager, differentiated(composed), [x, dy]);
    const found = await runOn(
      engine,
      differentiated((y) => normaliseBatch(y as tf.Tensor4D)),
      [x, dy],
    );
    // Float32, sums of 60 terms.
    expect(deviation(found.out!.data, expected.out!.data)).toBeLessThan(2e-6);
    expect(deviation(found.x!.data, expected.x!.data)).toBeLessThan(2e-6);
  });

  it('takes mean and deviation once for value and gradient', async () => {
    const fn: TensorFunction = ({ x, dy }) => {
      const { value, grad } = tf.valueAndGrad(normaliseBatch)(x as tf.Tensor4D, dy as tf.Tensor4D);
      return { out: value, x: grad };
    };
    const { graph } = await trace(fn, [x.spec, dy.spec]);
    const { ReduceMean, Sqrt, Reciprocal } = graph.operatorCounts();
    // Means of x, of its squared deviation, of dy and of dy y.
    expect({ ReduceMean, Sqrt, Reciprocal }).toEqual({ ReduceMean: 4, Sqrt: 1, Reciprocal: 1 });
  });

  it('of a channel whose variance is of the size of epsilon shows epsilon', async () => {
    const scale = Math.sqrt(EPSILON);
    const small = { ...x, data: x.data.map((value) => value * scale) };
    const { out } = await runOn(compiled, ({ x }) => ({ out: normaliseBatch(x as tf.Tensor4D) }), [small]);
    const { mean, variance } = momentsByHand(small.data as Float32Array, 0);
    // Of the first place of the first channel; without epsilon it would be about 1.4 times as much.
    expect(out!.data[0]).toBeCloseTo((small.data[0]! - mean) / Math.sqrt(variance + EPSILON), 5);
  });

  it('moments are the mean and the biased variance of each channel', async () => {
    const { mean, variance } = await runOn(compiled, ({ x }) => channelMoments(x as tf.Tensor4D), [x]);
    for (const channel of [0, 1]) {
      const byHand = momentsByHand(x.data as Float32Array, channel);
      expect(mean!.data[channel]).toBeCloseTo(byHand.mean, 6);
      expect(variance!.data[channel]).toBeCloseTo(byHand.variance, 5);
    }
  });

  it('running statistics move a tenth of the way, to the unbiased variance', async () => {
    const running = (name: string, ...values: number[]) => ({ ...input(name, [2]), data: Float32Array.from(values) });
    const { mean, variance } = await runOn(
      compiled,
      ({ x, m, v }) => updateRunning(x as tf.Tensor4D, m as tf.Tensor1D, v as tf.Tensor1D),
      [x, running('m', 2, -1), running('v', 3, 0.5)],
    );
    const count = 3 * 4 * 5;
    for (const channel of [0, 1]) {
      const byHand = momentsByHand(x.data as Float32Array, channel);
      expect(mean!.data[channel]).toBeCloseTo(0.9 * [2, -1][channel]! + 0.1 * byHand.mean, 6);
      const unbiased = (byHand.variance * count) / (count - 1);
      expect(variance!.data[channel]).toBeCloseTo(0.9 * [3, 0.5][channel]! + 0.1 * unbiased, 6);
    }
  });

  it('with given statistics', async () => {
    const statistics = (name: string, ...values: number[]) => ({
      ...input(name, [2]),
      data: Float32Array.from(values),
    });
    const { x: out } = await runOn(
      compiled,
      ({ x, m, v }) => ({ x: normaliseWith(x as tf.Tensor4D, m as tf.Tensor1D, v as tf.Tensor1D) }),
      [x, statistics('m', 2, -1), statistics('v', 4, 0.25)],
    );
    expect(out!.data[0]).toBeCloseTo((x.data[0]! - 2) / Math.sqrt(4 + EPSILON), 5);
    // The second channel's plane of 20 pixels comes after the first's.
    expect(out!.data[20]).toBeCloseTo((x.data[20]! + 1) / Math.sqrt(0.25 + EPSILON), 5);
  });
});

/** In float64, of one channel of NCHW data of SHAPE. */
function momentsByHand(data: Float32Array, channel: number): { mean: number; variance: number } {
  const [batch, height, width, channels] = SHAPE as [number, number, number, number];
  const plane = height * width;
  const values = Array.from({ length: batch }, (_, n) => {
    const start = (n * channels + channel) * plane;
    return Array.from(data.subarray(start, start + plane));
  }).flat();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}
