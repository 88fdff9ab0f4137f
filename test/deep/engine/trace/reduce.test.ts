import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { arrangements, expectAgreement, few, input, layouts, seeds, sizes } from '../agreement.js';

type Reduction = (x: tf.Tensor, axes?: number[], keepDims?: boolean) => tf.Tensor;

const REDUCTIONS: [string, Reduction][] = [
  ['Sum', tf.sum],
  ['Mean', tf.mean],
  ['Max', tf.max],
];

/** Some of the dimensions; counted from the end where `fromEnd` says so; undefined: all of them. */
const reduced = arrangements.chain(({ shape, layout }) =>
  fc.record({
    shape: fc.constant(shape),
    layout: fc.constant(layout),
    axes: fc.option(fc.subarray(shape.map((_, i) => i)), { nil: undefined }),
    fromEnd: fc.boolean(),
    keepDims: fc.boolean(),
    seed: seeds,
  }),
);

describe('reductions over any dimensions in every layout', () => {
  it.each(REDUCTIONS)('%s and its gradient', async (_, reduce) => {
    await fc.assert(
      fc.asyncProperty(reduced, ({ shape, layout, axes, fromEnd, keepDims, seed }) => {
        const chosen = fromEnd ? axes?.map((axis) => axis - shape.length) : axes;
        const whole = (x: tf.Tensor): tf.Tensor => reduce(x, chosen, keepDims);
        return expectAgreement(
          // Weighted, so that the gradient that comes back differs from element to element.
          ({ x }) => ({ out: whole(x!), x: tf.grad((y) => tf.sum(tf.mul(whole(y), whole(x!))))(x!) }),
          [input('x', shape, { layout, seed })],
        );
      }),
      few(20),
    );
  });

  it('a reduction of a reduction, where the first leaves its result in the order of the host', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes(4),
        layouts,
        fc.subarray([0, 1, 2, 3], { minLength: 1, maxLength: 2 }),
        seeds,
        (shape, layout, axes, seed) =>
          expectAgreement(
            ({ x }) => {
              const inner = tf.mean(x!, axes);
              return { inner, outer: tf.sum(inner, [0]), scaled: tf.mul(inner, tf.sum(inner, [inner.rank - 1], true)) };
            },
            [input('x', shape, { layout, seed })],
          ),
      ),
      few(15),
    );
  });

  it('Sum of whole numbers is exact', async () => {
    await fc.assert(
      fc.asyncProperty(sizes(4), layouts, seeds, (shape, layout, seed) =>
        expectAgreement(
          ({ x }) => ({ out: tf.sum(x!, [1, 2]) }),
          [input('x', shape, { layout, seed, content: 'whole' })],
          0,
        ),
      ),
      few(10),
    );
  });

  it('Mean of whole numbers is not one', async () => {
    await expectAgreement(
      ({ x }) => ({ some: tf.mean(x!, 1), all: tf.mean(x!), uniform: tf.mean(tf.fill([2], 3, 'int32')) }),
      [input('x', [3, 5], { content: 'whole' })],
    );
  });

  it('ArgMax', async () => {
    await fc.assert(
      fc.asyncProperty(arrangements, fc.nat({ max: 3 }), seeds, ({ shape, layout }, axis, seed) => {
        fc.pre(axis < shape.length);
        return expectAgreement(({ x }) => ({ out: tf.argMax(x!, axis) }), [input('x', shape, { layout, seed })], 0);
      }),
      few(15),
    );
  });
});

describe('BatchMatMul', () => {
  const products = fc.record({
    batch: fc.oneof(
      fc.constant<number[][]>([[], []]),
      sizes(1).map((b) => [b, b]),
      sizes(2).map((b) => [b, b]),
      sizes(1).map((b) => [b, [1]]),
      sizes(1).map((b) => [[1], b]),
    ),
    inner: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map((sizes) => sizes.map((n) => n + 1)),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
    seed: seeds,
  });
  const operands = (batch: number[][], [m, k, n]: number[], transposeA: boolean, transposeB: boolean, seed: number) => [
    input('a', [...batch[0]!, ...(transposeA ? [k!, m!] : [m!, k!])], { seed }),
    input('b', [...batch[1]!, ...(transposeB ? [n!, k!] : [k!, n!])], { seed: seed + 1 }),
  ];

  it('with operands turned or not, batches alike or of one', async () => {
    await fc.assert(
      fc.asyncProperty(products, ({ batch, inner, transposeA, transposeB, seed }) =>
        expectAgreement(
          ({ a, b }) => ({ out: tf.matMul(a!, b!, transposeA, transposeB) }),
          operands(batch, inner, transposeA, transposeB, seed),
        ),
      ),
      few(20),
    );
  });

  it('and its gradients', async () => {
    await fc.assert(
      fc.asyncProperty(products, ({ batch, inner, transposeA, transposeB, seed }) => {
        // tfjs does not differentiate a product that broadcasts its batch.
        fc.pre(String(batch[0]) === String(batch[1]));
        return expectAgreement(
          ({ a, b, dy }) => {
            const [da, db] = tf.grads((x, y) => tf.matMul(x!, y!, transposeA, transposeB))([a!, b!], dy!);
            return { da: da!, db: db! };
          },
          [
            ...operands(batch, inner, transposeA, transposeB, seed),
            input('dy', [...batch[0]!, inner[0]!, inner[2]!], { seed: seed + 2 }),
          ],
        );
      }),
      few(15),
    );
  });

  it('of operands that lie in the order of images', async () => {
    await fc.assert(
      fc.asyncProperty(sizes(4), layouts, layouts, seeds, ([n, h, w, c], first, second, seed) =>
        expectAgreement(
          ({ a, b }) => ({ out: tf.matMul(a!, b!, false, true) }),
          [
            input('a', [n!, h!, w!, c!], { layout: first, seed }),
            input('b', [n!, h!, 2, c!], { layout: second, seed: seed + 1 }),
          ],
        ),
      ),
      few(10),
    );
  });
});
