import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fisherVectorProduct } from '../../../deep/curvature/fisher.js';
import { LossHessian } from '../../../deep/curvature/loss-hessian.js';
import { convNet } from '../../../deep/models/convnet.js';
import { type Model, namesWithRole } from '../../../deep/models/model.js';
import type { LossName } from '../../../deep/step/loss.js';
import { extremeEigenvalues } from '../../../src/numerics/eigen/extreme-eigenvalues.js';
import { norm as normOf } from '../../../src/numerics/eigen/operator.js';
import { estimateTrace } from '../../../src/numerics/eigen/trace.js';
import { randomSource } from '../../../src/numerics/random.js';
import { compiled, deviation, eager } from '../engine/agreement.js';
import { fixturePath, openFixture } from '../fixture.js';
import { norm, randomDirection, randomPoint, withOperator } from './hessian-setting.js';

/** Softmax regression of three classes on two numbers an image: logits W x. */
const [CLASSES, NUMBERS, IMAGES] = [3, 2, 4];
const regression: Model = {
  name: 'regression',
  classes: CLASSES,
  tensors: [
    { name: 'w', shape: [CLASSES, NUMBERS], layout: 'plain', role: 'sphere', initial: () => new Float32Array(6) },
  ],
  lastLayer: ['w'],
  forward: ({ w }, images) => ({
    logits: tf.matMul(tf.reshape(images, [IMAGES, NUMBERS]), w as tf.Tensor2D, false, true) as tf.Tensor2D,
    buffers: {},
  }),
};
const SHAPE = { batch: IMAGES, channels: NUMBERS, height: 1, width: 1 };

/** F = mean_i M_i (x) x_i x_i^T in closed form, entry by entry, and with it F v, in float64. */
function closedForm(
  { tensors, images, labels }: ReturnType<typeof randomPoint>,
  metric: (logits: number[], label: number) => number[][],
  v: ArrayLike<number>,
): number[] {
  const w = tensors.get('w')!;
  const product = Array.from({ length: CLASSES * NUMBERS }, () => 0);
  for (let i = 0; i < IMAGES; i += 1) {
    const x = Array.from(images.subarray(i * NUMBERS, (i + 1) * NUMBERS));
    const dot = (of: ArrayLike<number>, c: number) =>
      x.reduce((sum, value, k) => sum + value * of[c * NUMBERS + k]!, 0);
    const m = metric(
      [0, 1, 2].map((c) => dot(w, c)),
      labels[i]!,
    );
    for (let c = 0; c < CLASSES; c += 1)
      for (let k = 0; k < NUMBERS; k += 1)
        for (let d = 0; d < CLASSES; d += 1) product[c * NUMBERS + k]! += (m[c]![d]! * dot(v, d) * x[k]!) / IMAGES;
  }
  return product;
}

const softmax = (logits: number[]): number[] => {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
};
const outer = (s: number[]): number[][] => s.map((a) => s.map((b) => a * b));
const isLabel = (c: number, label: number): number => (c === label ? 1 : 0);

const METRICS = {
  'cross-entropy': {
    drawn: (z: number[]) => outer(softmax(z)).map((row, c) => row.map((pp, d) => isLabel(c, d) * softmax(z)[c]! - pp)),
    given: (z: number[], label: number) => outer(softmax(z).map((p, c) => p - isLabel(c, label))),
  },
  squared: {
    drawn: (z: number[]) => z.map((_, c) => z.map((_, d) => 2 * isLabel(c, d))),
    given: (z: number[], label: number) => outer(z.map((value, c) => 2 * (value - isLabel(c, label)))),
  },
} as const;

const CASES = (['cross-entropy', 'squared'] as const).flatMap((loss) =>
  (['drawn', 'given'] as const).map((labels) => [loss, labels] as const),
);

describe('the Fisher matrix of softmax regression', () => {
  const point = {
    ...randomPoint(regression, SHAPE, 3),
    tensors: new Map([['w', Float32Array.of(1, -2, 0.5, 3, -1, 0.2)]]),
  };
  const v = randomDirection(regression, point, 4);

  // Float32 (6e-8) in sums of a dozen terms.
  it.each(CASES)('is the closed form: %s, labels %s', async (loss, labels) => {
    const expected = closedForm(point, METRICS[loss][labels], v.get('w')!);
    for (const engine of [compiled, eager]) {
      const multiply = fisherVectorProduct(regression, labels, loss);
      const found = await withOperator({ engine, model: regression, shape: SHAPE, point, multiply }, (operator) =>
        operator.apply(v),
      );
      expect(deviation(found.product.get('w')!, expected)).toBeLessThan(2e-6);
      const along = expected.reduce((sum, value, i) => sum + value * v.get('w')![i]!, 0);
      expect(Math.abs(found.curvature / along - 1)).toBeLessThan(2e-6);
    }
  });

  // Logits are linear in W, so that the Hessian has no other part than the true Fisher matrix.
  it('is the Hessian where labels are drawn', async () => {
    const setting = { engine: compiled, model: regression, shape: SHAPE, point };
    const multiply = fisherVectorProduct(regression, 'drawn');
    const fisher = await withOperator({ ...setting, multiply }, (operator) => operator.apply(v));
    const hessian = await withOperator(setting, (operator) => operator.apply(v));
    expect(deviation(fisher.product.get('w')!, hessian.product.get('w')!)).toBeLessThan(2e-6);
    expect([fisher.loss, fisher.accuracy]).toEqual([hessian.loss, hessian.accuracy]);
    expect(deviation(fisher.gradient.get('w')!, hessian.gradient.get('w')!)).toBeLessThan(2e-6);
  });
});

interface ExpectedMatrix {
  readonly trace: number;
  readonly largest: readonly number[];
  readonly products: readonly {
    readonly multiplier: number;
    readonly curvature: number;
    readonly groups: Readonly<Record<string, { readonly norm: number; readonly first: readonly number[] }>>;
  }[];
}
type Matrices = Readonly<Record<'fisher' | 'empirical-fisher', ExpectedMatrix>>;

/** PyTorch in float64 from the explicit gradients of images and classes (test/fixtures/fisher.py). */
describe('the Fisher matrices of the ConvNet of width 4 against PyTorch', () => {
  const expected = JSON.parse(readFileSync(fixturePath('fisher-w4/expected.json'), 'utf8')) as {
    loss: number;
  } & Readonly<Record<LossName, Matrices>>;
  const model = convNet({ width: 4 });
  const fixture = openFixture('convnet-w4');
  const [batch] = fixture.batches();
  const shape = { batch: batch!.labels.length, channels: 3, height: 32, width: 32 };
  const tensors = fixture.initialWeights(model);
  const names = namesWithRole(model, 'sphere');

  const cases = CASES.map(
    ([loss, labels]) => [loss, labels === 'drawn' ? 'fisher' : 'empirical-fisher', labels] as const,
  );

  // Ours in float32: five layers of sums of up to 16,384 terms, forward three times and back four times.
  it.each(cases)('products, %s, %s', async (loss, of, labels) => {
    const point = { tensors, ...batch! };
    const multiply = fisherVectorProduct(model, labels, loss);
    await withOperator({ engine: compiled, model, shape, point, multiply }, async (operator) => {
      for (const { multiplier, curvature, groups } of expected[loss][of].products) {
        const formula = (_: number, i: number): number => ((i * multiplier) % 1009) / 1009 - 0.5;
        const found = await operator.apply(new Map(names.map((name) => [name, tensors.get(name)!.map(formula)])));
        expect(Math.abs(found.curvature / curvature - 1)).toBeLessThan(1e-5);
        if (loss === 'cross-entropy') expect(Math.abs(found.loss / expected.loss - 1)).toBeLessThan(1e-5);
        for (const [name, { norm: length, first }] of Object.entries(groups)) {
          const part = found.product.get(name)!;
          expect(Math.abs(norm(new Map([[name, part]])) / length - 1), name).toBeLessThan(1e-5);
          expect(deviation(part.subarray(0, first.length), first), name).toBeLessThan(1e-5);
        }
      }
    });
  });

  it.each(cases.slice(0, 2))('eigenvalues and trace on the unit sphere, %s, %s', async (loss, of) => {
    const fisher = await LossHessian.open(compiled, model, shape, { tensors, batches: [batch!] }, { of, loss });
    const operator = fisher.along();
    const options = { count: 3, tolerance: 1e-3, maximumProducts: 80 };
    const found = await extremeEigenvalues(operator, randomSource(5), options);
    const { largest, trace } = expected[loss][of];
    expect(found.converged).toBe(true);
    for (const [i, { value }] of found.largest.entries()) expect(Math.abs(value / largest[i]! - 1)).toBeLessThan(2e-3);
    // Positive semidefinite but for rounding.
    expect(found.smallest.value).toBeGreaterThan(-1e-5 * largest[0]!);
    const estimate = await estimateTrace(operator, randomSource(2), { probes: 30 });
    expect(estimate.standardError).toBeLessThan(0.1 * trace);
    expect(Math.abs(estimate.mean - trace)).toBeLessThan(4 * estimate.standardError);
    // The weights change no logits, so that F takes them to zero without being projected, but for epsilon.
    const weights = Float64Array.from(names.flatMap((name) => Array.from(tensors.get(name)!)));
    expect(normOf(await operator.apply(weights))).toBeLessThan(1e-9 * largest[0]!);
    await fisher.dispose();
  });
});
