import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorFunction } from '../../../deep/engine/engine.js';
import { EPSILON, normaliseBatch, normaliseRows } from '../../../deep/models/normalise.js';
import { compiled, deviation, eager, type Given, input, runOn } from '../engine/agreement.js';

const SHAPE = [3, 2, 4, 2] as const;
const CHANNELS = SHAPE[3];

/** A normalisation, and which numbers have their statistics in common. */
interface Case {
  readonly normalise: (x: tf.Tensor) => tf.Tensor;
  readonly partOf: (place: number) => number;
}
const BATCH: Case = {
  normalise: (x) => normaliseBatch(x as tf.Tensor4D),
  partOf: (place) => place % CHANNELS,
};
/** Rows of four numbers: of two, all derivatives would vanish. */
const ROWS: Case = {
  normalise: (x) => tf.reshape(normaliseRows(tf.reshape(x, [-1, 4])), x.shape),
  partOf: (place) => Math.floor(place / 4),
};

const x = input('x', SHAPE, { seed: 3 });
const dy = input('dy', SHAPE, { seed: 4 });
const u = input('u', SHAPE, { seed: 5 });

/** <y(x), dy> in float64 by the definition of normalisation. */
function paired(x: readonly number[], dy: ArrayLike<number>, partOf: Case['partOf']): number {
  let sum = 0;
  const all = x.map((_, i) => i);
  for (const part of new Set(all.map(partOf))) {
    const places = all.filter((i) => partOf(i) === part);
    const mean = places.reduce((total, i) => total + x[i]!, 0) / places.length;
    const variance = places.reduce((total, i) => total + (x[i]! - mean) ** 2, 0) / places.length;
    sum += places.reduce((total, i) => total + (x[i]! - mean) * dy[i]!, 0) / Math.sqrt(variance + EPSILON);
  }
  return sum;
}

/** Derivatives of the slope of <y(x), dy> along u, by differences with errors of (h / size of x)^2. */
function expectedDerivatives(
  { x, dy, u }: Record<'x' | 'dy' | 'u', ArrayLike<number>>,
  h: number,
  partOf: Case['partOf'],
) {
  const unit = (i: number): number[] => Array.from(x, (_, j) => Number(i === j));
  const at = (along: number, other: readonly number[], by: number): number[] =>
    Array.from(x, (value, i) => value + along * u[i]! + by * other[i]!);
  const slope = (weights: ArrayLike<number>, shifted: readonly number[], by: number): number =>
    (paired(at(h, shifted, by), weights, partOf) - paired(at(-h, shifted, by), weights, partOf)) / (2 * h);
  const none = Array.from(x, () => 0);
  return {
    x: Array.from(x, (_, i) => (slope(dy, unit(i), h) - slope(dy, unit(i), -h)) / (2 * h)),
    dy: Array.from(x, (_, i) => slope(unit(i), none, 0)),
  };
}

/** Derivatives in x and dy of <gradient at (x, dy), u>, which is the slope of <y(x), dy> along u. */
const differentiatedTwice =
  (normalise: Case['normalise']): TensorFunction =>
  ({ x, dy, u }) => {
    const pairing = (x: tf.Tensor, dy: tf.Tensor) => tf.sum(tf.mul(tf.grad(normalise)(x, dy), u!));
    const [dx, ddy] = tf.grads((x, dy) => pairing(x!, dy!))([x!, dy!]);
    return { x: dx!, dy: ddy! };
  };

const times = (given: Given, factor: number): Given => ({
  ...given,
  data: (given.data as Float32Array).map((value) => value * factor),
});

describe.each([
  ['batch normalisation, compiled', compiled, BATCH],
  ['batch normalisation, eager', eager, BATCH],
  ['layer normalisation, compiled', compiled, ROWS],
  ['layer normalisation, eager', eager, ROWS],
] as const)('the second derivative of %s', (_, engine, { normalise, partOf }) => {
  it.each([
    ['of ordinary numbers', 1],
    ['where the variance is of the size of epsilon', Math.sqrt(EPSILON)],
  ])('%s', async (_, scale) => {
    const given = { x: times(x, scale), dy, u };
    const found = await runOn(engine, differentiatedTwice(normalise), Object.values(given));
    // h^2 = 1e-8 beside rounding of 1e-16 / h^2 = 1e-8; what is compared has float32 sums of 24 terms.
    const expected = expectedDerivatives({ x: given.x.data, dy: dy.data, u: u.data }, 1e-4 * scale, partOf);
    for (const name of ['x', 'dy'] as const) {
      expect(deviation(found[name]!.data, expected[name]), name).toBeLessThan(3e-6);
    }
  });
});
