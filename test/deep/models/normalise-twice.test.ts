import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorFunction } from '../../../deep/engine/engine.js';
import { EPSILON, normaliseBatch } from '../../../deep/models/normalise.js';
import { compiled, deviation, eager, type Given, input, runOn } from '../engine/agreement.js';

const SHAPE = [3, 2, 4, 2] as const;
const CHANNELS = SHAPE[3];
const x = input('x', SHAPE, { seed: 3 });
const dy = input('dy', SHAPE, { seed: 4 });
const u = input('u', SHAPE, { seed: 5 });

/** <y(x), dy> in float64 by the definition of batch normalisation. */
function paired(x: readonly number[], dy: ArrayLike<number>): number {
  let sum = 0;
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const places = x.map((_, i) => i).filter((i) => i % CHANNELS === channel);
    const mean = places.reduce((total, i) => total + x[i]!, 0) / places.length;
    const variance = places.reduce((total, i) => total + (x[i]! - mean) ** 2, 0) / places.length;
    sum += places.reduce((total, i) => total + (x[i]! - mean) * dy[i]!, 0) / Math.sqrt(variance + EPSILON);
  }
  return sum;
}

/** Derivatives of the slope of <y(x), dy> along u, by differences with errors of (h / size of x)^2. */
function expectedDerivatives({ x, dy, u }: Record<'x' | 'dy' | 'u', ArrayLike<number>>, h: number) {
  const unit = (i: number): number[] => Array.from(x, (_, j) => Number(i === j));
  const at = (along: number, other: readonly number[], by: number): number[] =>
    Array.from(x, (value, i) => value + along * u[i]! + by * other[i]!);
  const slope = (weights: ArrayLike<number>, shifted: readonly number[], by: number): number =>
    (paired(at(h, shifted, by), weights) - paired(at(-h, shifted, by), weights)) / (2 * h);
  const none = Array.from(x, () => 0);
  return {
    x: Array.from(x, (_, i) => (slope(dy, unit(i), h) - slope(dy, unit(i), -h)) / (2 * h)),
    dy: Array.from(x, (_, i) => slope(unit(i), none, 0)),
  };
}

/** Derivatives in x and dy of <gradient at (x, dy), u>, which is the slope of <y(x), dy> along u. */
const differentiatedTwice: TensorFunction = ({ x, dy, u }) => {
  const pairing = (x: tf.Tensor, dy: tf.Tensor) =>
    tf.sum(tf.mul(tf.grad((x) => normaliseBatch(x as tf.Tensor4D))(x, dy), u!));
  const [dx, ddy] = tf.grads((x, dy) => pairing(x!, dy!))([x!, dy!]);
  return { x: dx!, dy: ddy! };
};

const times = (given: Given, factor: number): Given => ({
  ...given,
  data: (given.data as Float32Array).map((value) => value * factor),
});

describe.each([
  ['compiled', compiled],
  ['eager', eager],
] as const)('the second derivative of batch normalisation, %s', (_, engine) => {
  it.each([
    ['of ordinary numbers', 1],
    ['where the variance is of the size of epsilon', Math.sqrt(EPSILON)],
  ])('%s', async (_, scale) => {
    const given = { x: times(x, scale), dy, u };
    const found = await runOn(engine, differentiatedTwice, Object.values(given));
    // h^2 = 1e-8 beside rounding of 1e-16 / h^2 = 1e-8; what is compared has float32 sums of 24 terms.
    const expected = expectedDerivatives({ x: given.x.data, dy: dy.data, u: u.data }, 1e-4 * scale);
    for (const name of ['x', 'dy'] as const) {
      expect(deviation(found[name]!.data, expected[name]), name).toBeLessThan(3e-6);
    }
  });
});
