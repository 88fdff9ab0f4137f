import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorFunction } from '../../../../deep/engine/engine.js';
import { logSoftmax } from '../../../../deep/engine/second-order/log-softmax.js';
import { compiled, deviation, eager, type Given, input, runOn } from '../agreement.js';

const ENGINES = [
  ['compiled', compiled],
  ['eager', eager],
] as const;

const SIZE = 12;
const positive = input('x', [SIZE], { content: 'positive', seed: 1 });
const anywhere = input('x', [SIZE], { seed: 2 });
const v = input('v', [SIZE], { seed: 3 });
const c = input('c', [SIZE], { seed: 4 });

/** Hessian of sum(c f(x)) times v. */
const secondDerivative =
  (f: (x: tf.Tensor) => tf.Tensor): TensorFunction =>
  ({ x, v, c }) => {
    const gradient = tf.grad((x) => tf.sum(tf.mul(c!, f(x))));
    return { x: tf.grad((x) => tf.sum(tf.mul(gradient(x), v!)))(x!) };
  };

/** Float32 with a handful of roundings an element; cubes and quotients lose a few bits more. */
const TOLERANCE = 3e-6;

describe.each(ENGINES)('second derivatives of functions of one number, %s', (_, engine) => {
  // Most are multiplied by x: then a term that went missing leaves a wrong number, not an error.
  it.each<[string, (x: tf.Tensor) => tf.Tensor, (x: number) => number, Given]>([
    ['exp', (x) => tf.exp(x), (x) => Math.exp(x), anywhere],
    ['x exp', (x) => tf.mul(x, tf.exp(x)), (x) => (2 + x) * Math.exp(x), anywhere],
    ['x log', (x) => tf.mul(x, tf.log(x)), (x) => 1 / x, positive],
    ['sqrt', (x) => tf.sqrt(x), (x) => -0.25 * x ** -1.5, positive],
    ['x rsqrt', (x) => tf.mul(x, tf.rsqrt(x)), (x) => -0.25 * x ** -1.5, positive],
    ['rsqrt', (x) => tf.rsqrt(x), (x) => 0.75 * x ** -2.5, positive],
    ['relu of a cube', (x) => tf.relu(tf.mul(x, tf.square(x))), (x) => 6 * Math.max(x, 0), anywhere],
    ['x relu', (x) => tf.mul(x, tf.relu(x)), (x) => (x > 0 ? 2 : 0), anywhere],
    ['neg of square', (x) => tf.neg(tf.square(x)), () => -2, anywhere],
    ['sub and mul', (x) => tf.mul(tf.sub(x, 2), tf.sub(3, tf.square(x))), (x) => 4 - 6 * x, anywhere],
    ['add and div', (x) => tf.div(x, tf.add(x, 1)), (x) => -2 / (x + 1) ** 3, positive],
    ['cast and clone', (x) => tf.square(tf.clone(tf.cast(tf.square(x), 'float32'))), (x) => 12 * x * x, anywhere],
    ['addN', (x) => tf.addN([x, tf.square(x), tf.mul(x, tf.square(x))]), (x) => 2 + 6 * x, anywhere],
    [
      'reshape and transpose',
      (x) => tf.reshape(tf.transpose(tf.square(tf.transpose(tf.reshape(x, [3, 4])))), [SIZE]),
      () => 2,
      anywhere,
    ],
  ])('%s', async (_, f, second, x) => {
    const { x: found } = await runOn(engine, secondDerivative(f), [x, v, c]);
    const expected = Array.from(x.data, (value, i) => c.data[i]! * second(value) * v.data[i]!);
    expect(deviation(found!.data, expected)).toBeLessThan(TOLERANCE);
  });
});

type Vector = readonly number[];

const plus = (a: Vector, b: Vector, factor: number): number[] => a.map((value, i) => value + factor * b[i]!);

/** In float64, from a hand-written gradient: truncation h^2 = 1e-8, rounding 1e-16 / h = 1e-12. */
function differences(gradient: (x: Vector) => Vector, x: Vector, v: Vector): number[] {
  const h = 1e-4;
  const [above, below] = [gradient(plus(x, v, h)), gradient(plus(x, v, -h))];
  return above.map((value, i) => (value - below[i]!) / (2 * h));
}

const total = (values: Vector): number => values.reduce((sum, value) => sum + value, 0);
const weights = Array.from(c.data);

const probabilities = (x: Vector): number[] => {
  const powers = x.map(Math.exp);
  return powers.map((power) => power / total(powers));
};

describe.each(ENGINES)('second derivatives of functions of a vector, %s', (_, engine) => {
  it.each<[string, (x: tf.Tensor) => tf.Tensor, (x: Vector) => Vector]>([
    [
      'logSoftmax',
      (x) => tf.reshape(logSoftmax(tf.reshape(x, [1, SIZE]) as tf.Tensor2D), [SIZE]),
      (x) => {
        const p = probabilities(x);
        return weights.map((weight, i) => weight - total(weights) * p[i]!);
      },
    ],
    [
      'x times the mean of squares',
      (x) => tf.mul(x, tf.mean(tf.square(x))),
      (x) => {
        const inner = total(x.map((value, i) => value * weights[i]!));
        const square = total(x.map((value) => value * value)) / SIZE;
        return x.map((value, i) => weights[i]! * square + (2 * value * inner) / SIZE);
      },
    ],
    [
      'x times the sum of squares, broadcast',
      (x) => tf.mul(x, tf.sum(tf.square(x), 0, true)),
      (x) => {
        const inner = total(x.map((value, i) => value * weights[i]!));
        const square = total(x.map((value) => value * value));
        return x.map((value, i) => weights[i]! * square + 2 * value * inner);
      },
    ],
    [
      'the matrix product of x with itself, times x',
      (x) => tf.mul(tf.sum(tf.matMul(tf.reshape(x, [3, 4]), tf.reshape(x, [4, 3]))), x),
      (x) => {
        const partners = x.map((_, i) => total(x.filter((_, j) => Math.floor(j / 3) === i % 4)));
        const product = total(x.map((value, i) => value * partners[i]!));
        // Each x is once in the left matrix, in column i % 4, and once in the right one, in row i / 3.
        const rows = x.map((_, i) => total(x.filter((_, j) => j % 4 === Math.floor(i / 3))));
        const inner = total(x.map((value, i) => value * weights[i]!));
        return x.map((_, i) => weights[i]! * product + inner * (partners[i]! + rows[i]!));
      },
    ],
  ])('%s', async (_, f, gradient) => {
    const { x: found } = await runOn(engine, secondDerivative(f), [anywhere, v, c]);
    const expected = differences(gradient, Array.from(anywhere.data), Array.from(v.data));
    expect(deviation(found!.data, expected)).toBeLessThan(TOLERANCE);
  });
});

// Networks need its logarithm alone, so it has no lowering.
it('second derivative of softmax, eager', async () => {
  const gradient = (x: Vector): Vector => {
    const p = probabilities(x);
    const mean = total(p.map((value, i) => value * weights[i]!));
    return p.map((value, i) => value * (weights[i]! - mean));
  };
  const { x: found } = await runOn(eager, secondDerivative(tf.softmax), [anywhere, v, c]);
  const expected = differences(gradient, Array.from(anywhere.data), Array.from(v.data));
  expect(deviation(found!.data, expected)).toBeLessThan(TOLERANCE);
});
