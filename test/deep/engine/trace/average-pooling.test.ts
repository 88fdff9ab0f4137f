import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../../deep/engine/engine.js';
import { compiled, expectAgreement, few, input, runOn, seeds } from '../agreement.js';

const layouts = fc.constantFrom<Layout>('image', 'plain');

const settings = (window: number) =>
  fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: window, max: 2 * window + 2 }),
    width: fc.integer({ min: window, max: 2 * window + 2 }),
    channels: fc.integer({ min: 1, max: 3 }),
    layout: layouts,
    dyLayout: layouts,
    seed: seeds,
  });

const average = (window: number | [number, number], stride = window, pad: 'same' | 'valid' = 'valid') => {
  return (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, window, stride, pad);
};

describe('AvgPool', () => {
  it.each([1, 2, 3].flatMap((stride) => (['valid', 'same'] as const).map((pad) => ({ stride, pad }))))(
    'windows of 3, stride $stride, $pad: padding does not count',
    async ({ stride, pad }) => {
      await fc.assert(
        fc.asyncProperty(settings(3), ({ batch, height, width, channels, layout, seed }) =>
          expectAgreement(
            ({ x }) => ({ out: average(3, stride, pad)(x!) }),
            [input('x', [batch, height, width, channels], { layout, seed })],
          ),
        ),
        few(10),
      );
    },
  );

  it.each([1, 2, 4])('and its gradient, windows of %d side by side, some values in none', async (window) => {
    await fc.assert(
      fc.asyncProperty(settings(window), ({ batch, height, width, channels, layout, dyLayout, seed }) => {
        const outShape = [batch, Math.floor(height / window), Math.floor(width / window), channels];
        return expectAgreement(
          ({ x, dy }) => ({ out: average(window)(x!), x: tf.grad(average(window))(x!, dy!) }),
          [
            input('x', [batch, height, width, channels], { layout, seed }),
            input('dy', outShape, { layout: dyLayout, seed: seed + 1 }),
          ],
        );
      }),
      few(10),
    );
  });

  it('and its gradient, windows that are not square', async () => {
    await expectAgreement(
      ({ x, dy }) => ({ out: average([2, 3])(x!), x: tf.grad(average([2, 3]))(x!, dy!) }),
      [input('x', [2, 4, 7, 2], { layout: 'image' }), input('dy', [2, 2, 2, 2], { seed: 2 })],
    );
  });

  it('by hand: each value of a window has its share of the gradient', async () => {
    const x = { ...input('x', [1, 2, 4, 1], { layout: 'image' }), data: Float32Array.of(1, 9, -5, -6, 3, 3, -8, -1) };
    const { out, x: gradient } = await runOn(
      compiled,
      ({ x }) => ({ out: average(2)(x!), x: tf.grad((y) => tf.sum(tf.square(average(2)(y))))(x!) }),
      [x],
    );
    expect([...out!.data]).toEqual([4, -5]);
    expect([...gradient!.data]).toEqual([2, 2, -2.5, -2.5, 2, 2, -2.5, -2.5]);
  });

  it.each([
    ['overlap', average(3, 2)],
    ['leave gaps', average(2, 3)],
    ['are padded', average(2, 2, 'same')],
  ])('refuses the gradient of windows that %s', async (_, pool) => {
    const program = compiled.compile(({ x }) => ({ x: tf.grad(pool)(x!) }), [input('x', [1, 7, 7, 1]).spec]);
    await expect(program).rejects.toThrow(/windows that overlap or leave gaps|over the edge of an image/);
  });
});
