import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../../deep/engine/engine.js';
import { compiled, expectAgreement, few, input, runOn, seeds } from '../agreement.js';

const WINDOWS = [2, 4].flatMap((window) => (['valid', 'same'] as const).map((pad) => ({ window, pad })));

/** Continuous random inputs have no ties. */
describe('MaxPool and its gradient, windows side by side', () => {
  it.each(WINDOWS)('of $window, $pad', async ({ window, pad }) => {
    const size = fc.integer({ min: window, max: 2 * window + 1 });
    const channels = fc.integer({ min: 1, max: 3 });
    const layouts = fc.constantFrom<Layout>('image', 'plain');
    const outputSize = (n: number): number => (pad === 'same' ? Math.ceil(n / window) : Math.floor(n / window));
    await fc.assert(
      fc.asyncProperty(channels, size, size, channels, layouts, seeds, (batch, height, width, count, layout, seed) => {
        const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, window, window, pad);
        return expectAgreement(
          ({ x, dy }) => ({ out: pool(x!), x: tf.grad(pool)(x!, dy!) }),
          [
            input('x', [batch, height, width, count], { layout, seed }),
            input('dy', [batch, outputSize(height), outputSize(width), count], { layout: 'image', seed: seed + 1 }),
          ],
        );
      }),
      few(15),
    );
  });

  it('by hand: the gradient goes to the place of the maximum, wherever the window is', async () => {
    const x = {
      ...input('x', [1, 2, 4, 1], { layout: 'image' }),
      data: Float32Array.of(1, 9, -5, -6, 3, 4, -8, -2),
    };
    const fn = ({ x }: Record<string, tf.Tensor>) => {
      const pool = (y: tf.Tensor) => tf.maxPool(y as tf.Tensor4D, 2, 2, 'valid');
      return { out: pool(x!), x: tf.grad((y) => tf.sum(tf.square(pool(y))))(x!) };
    };
    const { out, x: gradient } = await runOn(compiled, fn, [x]);
    expect([...out!.data]).toEqual([9, -2]);
    expect([...gradient!.data]).toEqual([0, 18, 0, 0, 0, 0, 0, -4]);
  });

  it.each([1, 16])('of equal maxima takes the first, row by row, %d channels', async (channels) => {
    const shape = [2, 4, 6, channels];
    const data = Float32Array.from({ length: 48 * channels }, (_, i) => Math.floor(i / 2) % 3);
    const pool = (y: tf.Tensor) => tf.maxPool(y as tf.Tensor4D, 2, 2, 'valid');
    const gradient = ({ x, filter }: Record<string, tf.Tensor>) => {
      // A convolution that changes nothing: what comes out of one is where the engine has layouts of its own.
      const same = (y: tf.Tensor) => tf.conv2d(y as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
      return { x: tf.grad((y) => tf.sum(tf.square(tf.add(pool(same(y)), 1))))(x!) };
    };
    const identity = Float32Array.from({ length: channels ** 2 }, (_, i) => Number(i % (channels + 1) === 0));
    await expectAgreement(gradient, [
      { ...input('x', shape, { layout: 'image' }), data },
      { ...input('filter', [1, 1, channels, channels], { layout: 'kernel' }), data: identity },
    ]);
  });

  it('refuses the gradient of windows that overlap', async () => {
    const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'same');
    const program = compiled.compile(({ x }) => ({ x: tf.grad(pool)(x!) }), [input('x', [1, 6, 6, 1]).spec]);
    await expect(program).rejects.toThrow('windows that overlap or leave gaps cannot be compiled');
  });
});
