import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { hessianVectorProduct } from '../../../deep/curvature/hessian.js';
import type { ParameterVector } from '../../../deep/curvature/hessian-operator.js';
import { convNet } from '../../../deep/models/convnet.js';
import { namesWithRole } from '../../../deep/models/model.js';
import type { Loss } from '../../../deep/step/loss.js';
import { compiled, deviation, eager } from '../engine/agreement.js';
import { openFixture } from '../fixture.js';
import { type Criterion, crossEntropyOf, squaredErrorOf } from '../reference-layers.js';
import { SMALL_SHAPE, smallNetwork, smallReference } from '../small-network.js';
import { inner, norm, randomDirection, randomPoint, withOperator } from './hessian-setting.js';

const ENGINES = [
  ['compiled', compiled],
  ['eager', eager],
] as const;

const LOSSES: readonly [string, Loss | undefined, Criterion][] = [
  ['cross-entropy', undefined, crossEntropyOf],
  ['another loss', (logits, labels) => tf.mean(tf.sum(tf.square(tf.sub(logits, oneHot(labels))), 1)), squaredErrorOf],
];

const oneHot = (labels: tf.Tensor1D): tf.Tensor => tf.oneHot(labels, smallNetwork.classes, 1, 0, 'float32');

describe.each(LOSSES)('a small network against plain loops in float64, %s', (_, loss, criterion) => {
  const point = randomPoint(smallNetwork, SMALL_SHAPE, 11);
  const direction = randomDirection(smallNetwork, point, 12);
  const reference = smallReference(point, criterion);
  const shifted = (by: number) => {
    const moved = [...direction].map(([name, values]): [string, ArrayLike<number>] => [
      name,
      Array.from(point.tensors.get(name)!, (value, i) => value + by * values[i]!),
    ]);
    const tensors = new Map<string, ArrayLike<number>>([...point.tensors, ...moved]);
    return smallReference({ ...point, tensors }, criterion);
  };

  it('the loops have the gradient of their loss', () => {
    const h = 1e-6;
    const slope = (shifted(h).loss - shifted(-h).loss) / (2 * h);
    expect(Math.abs(slope / inner(reference.gradient, direction) - 1)).toBeLessThan(1e-7);
  });

  const differences = (h: number): Map<string, Float64Array> => {
    const [above, below] = [shifted(h).gradient, shifted(-h).gradient];
    return new Map(
      [...above].map(([name, values]) => [name, values.map((value, i) => (value - below.get(name)![i]!) / (2 * h))]),
    );
  };
  // Truncation 1e-12, rounding 1e-10.
  const expected = differences(1e-6);

  it('the differences cross no kink of ReLU or pooling: half the step gives the same', () => {
    for (const [name, values] of differences(5e-7)) expect(deviation(values, expected.get(name)!)).toBeLessThan(1e-8);
  });

  it.each(ENGINES)('loss, gradient, Hv and v.Hv, %s', async (_, engine) => {
    const multiply = hessianVectorProduct(smallNetwork, loss);
    const setting = { engine, model: smallNetwork, shape: SMALL_SHAPE, point, multiply };
    const found = await withOperator(setting, (operator) => operator.apply(direction));
    // Float32 (6e-8) in sums of up to 256 terms, through six layers forward and back twice; no near ties of pooling.
    const tolerance = 5e-6;
    expect(Math.abs(found.loss / reference.loss - 1)).toBeLessThan(tolerance);
    expect(Math.abs(found.curvature / inner(expected, direction) - 1)).toBeLessThan(tolerance);
    for (const name of ['first', 'second']) {
      expect(deviation(found.gradient.get(name)!, reference.gradient.get(name)!), name).toBeLessThan(tolerance);
      expect(deviation(found.product.get(name)!, expected.get(name)!), name).toBeLessThan(tolerance);
    }
  });
});

interface ExpectedVector {
  readonly norm: number;
  readonly first: readonly number[];
}

interface Fixture {
  readonly loss: number;
  readonly gradient: Readonly<Record<string, ExpectedVector>>;
  readonly products: readonly {
    readonly multiplier: number;
    readonly inners: readonly [number, number];
    readonly groups: Readonly<Record<string, ExpectedVector>>;
  }[];
}

describe('the ConvNet against double backward in PyTorch', () => {
  const url = new URL('../../fixtures/hessian-w4/expected.json', import.meta.url);
  const expected = JSON.parse(readFileSync(url, 'utf8')) as Fixture;
  const model = convNet({ width: 4 });
  const names = namesWithRole(model, 'sphere');
  const tensors = openFixture('convnet-w4').initialWeights(model);
  const directionOf = (multiplier: number) =>
    new Map(names.map((name) => [name, tensors.get(name)!.map((_, i) => ((i * multiplier) % 1009) / 1009 - 0.5)]));

  // PyTorch in float64, ours in float32: five layers of sums of up to 16,384 terms, forward and back twice.
  const tolerance = 1e-5;
  const near = (found: number, value: number): void => expect(Math.abs(found / value - 1)).toBeLessThan(tolerance);
  const nearVector = (found: ParameterVector, vector: Readonly<Record<string, ExpectedVector>>): void => {
    for (const name of names) {
      const { norm: length, first } = vector[name]!;
      near(norm(new Map([[name, found.get(name)!]])), length);
      expect(deviation(found.get(name)!.subarray(0, first.length), first), name).toBeLessThan(tolerance);
    }
  };

  // Compiled alone: the eager engine takes ten seconds a product.
  it('gradient, Hv, v.Hv and u.Hv', async () => {
    const point = { tensors, ...openFixture('convnet-w4').batches()[0]! };
    const shape = { batch: point.labels.length, channels: 3, height: 32, width: 32 };
    await withOperator({ engine: compiled, model, shape, point }, async (operator) => {
      const directions = expected.products.map(({ multiplier }) => directionOf(multiplier));
      for (const [i, { inners, groups }] of expected.products.entries()) {
        const { loss, gradient, product, curvature } = await operator.apply(directions[i]!);
        near(loss, expected.loss);
        nearVector(gradient, expected.gradient);
        nearVector(product, groups);
        near(curvature, inners[i]!);
        for (const [j, value] of inners.entries()) {
          // Nearly orthogonal vectors: relative to their lengths.
          const scale = norm(product) * norm(directions[j]!);
          expect(Math.abs(inner(product, directions[j]!) - value) / scale).toBeLessThan(tolerance);
        }
      }
    });
  });
});
