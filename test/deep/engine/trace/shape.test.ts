import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangements, compiled, expectAgreement, few, input, layouts, runOn, seeds, sizes } from '../agreement.js';

describe('shapes in every layout', () => {
  it('Reshape and its gradient, with and without an inferred size', async () => {
    await fc.assert(
      fc.asyncProperty(sizes(4), layouts, fc.boolean(), seeds, (shape, layout, inferred, seed) => {
        const [n, h, w, c] = shape as [number, number, number, number];
        const target = [n * h, inferred ? -1 : w * c];
        return expectAgreement(
          ({ x, dy }) => ({ out: tf.reshape(x!, target), x: tf.grad((y) => tf.reshape(y, target))(x!, dy!) }),
          [input('x', shape, { layout, seed }), input('dy', [n * h, w * c], { seed: seed + 1 })],
        );
      }),
      few(15),
    );
  });

  it('Transpose, twice over, against operands that were not', async () => {
    const permutations = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sizes(4), layouts, permutations, permutations, seeds, (shape, layout, first, second, seed) => {
        const once = first.map((dimension) => shape[dimension]!);
        return expectAgreement(
          ({ x, other }) => {
            const turned = tf.transpose(x!, first);
            const gradient = tf.grad((y) => tf.sum(tf.mul(tf.transpose(y, first), other!)))(x!);
            return {
              turned,
              mixed: tf.mul(turned, other!),
              twice: tf.transpose(turned, second),
              // Its memory has to be put in order before it is read in another shape.
              flat: tf.reshape(turned, [-1]),
              x: gradient,
            };
          },
          [input('x', shape, { layout, seed }), input('other', once, { seed: seed + 1 })],
        );
      }),
      few(20),
    );
  });

  it('Tile', async () => {
    await fc.assert(
      fc.asyncProperty(arrangements, sizes(4), seeds, ({ shape, layout }, reps, seed) =>
        expectAgreement(
          ({ x }) => ({ out: tf.tile(x!, reps.slice(0, shape.length)) }),
          [input('x', shape, { layout, seed })],
        ),
      ),
      few(15),
    );
  });

  it('Pack, of operands in different layouts, along any dimension', async () => {
    await fc.assert(
      fc.asyncProperty(sizes(4), layouts, layouts, fc.nat({ max: 4 }), seeds, (shape, first, second, axis, seed) =>
        expectAgreement(
          ({ a, b }) => ({ out: tf.stack([a!, b!, a!], axis) }),
          [input('a', shape, { layout: first, seed }), input('b', shape, { layout: second, seed: seed + 1 })],
        ),
      ),
      few(15),
    );
  });

  it('Pack keeps the order of more than ten values', async () => {
    const x = input('x', [1]);
    const numbers = Array.from({ length: 12 }, (_, i) => i + 1);
    const fn = ({ x }: Record<string, tf.Tensor>) => ({
      out: tf.stack(numbers.map((i) => tf.add(tf.mul(x!, 0), i))),
    });
    const { out } = await runOn(compiled, fn, [x]);
    expect([...out!.data]).toEqual(numbers);
  });

  it.each(['float32', 'int32'] as const)('OneHot in %s', async (dtype) => {
    const indices = { spec: input('indices', [4], { content: 'whole' }).spec, data: Int32Array.of(2, 0, 3, 2) };
    await expectAgreement(({ indices }) => ({ out: tf.oneHot(indices as tf.Tensor1D, 4, 1, 0, dtype) }), [indices], 0);
  });

  it('OneHot with other values than 1 and 0 is refused, not ignored', async () => {
    const { spec } = input('indices', [4], { content: 'whole' });
    const program = compiled.compile(({ indices }) => ({ out: tf.oneHot(indices as tf.Tensor1D, 4, 5, -1) }), [spec]);
    await expect(program).rejects.toThrow(/one-hot/i);
  });
});
