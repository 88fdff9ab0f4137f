import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../../deep/engine/engine.js';
import { trace } from '../../../../deep/engine/trace/trace.js';
import { compiled, convolve, expectAgreement, few, input, runOn, seeds } from '../agreement.js';

type Padding = 'same' | 'valid' | number;

interface Setting {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: Padding;
  readonly channels: number;
}

const SETTINGS: Setting[] = [1, 3].flatMap((kernel) =>
  [1, 2].flatMap((stride) =>
    (['same', 'valid'] as const).flatMap((pad) =>
      // From 8 channels on, gradients of 3x3 kernels at stride 1 are computed another way.
      [1, 2, 7, 8, 9].map((channels) => ({ kernel, stride, pad, channels })),
    ),
  ),
);

const outputSize = (size: number, { kernel, stride, pad }: Setting): number => {
  if (pad === 'same') return Math.ceil(size / stride);
  return Math.floor((size + (pad === 'valid' ? 0 : 2 * pad) - kernel) / stride) + 1;
};

const images = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 3, max: 6 }),
  width: fc.integer({ min: 3, max: 6 }),
  filters: fc.integer({ min: 1, max: 3 }),
  layout: fc.constantFrom<Layout>('image', 'plain'),
  filterLayout: fc.constantFrom<Layout>('kernel', 'plain'),
  seed: seeds,
});

const agreement = (setting: Setting) =>
  fc.asyncProperty(images, ({ batch, height, width, filters, layout, filterLayout, seed }) => {
    const { kernel, stride, pad, channels } = setting;
    const outShape = [batch, outputSize(height, setting), outputSize(width, setting), filters];
    return expectAgreement(
      ({ x, filter, dy }) => {
        const [dx, dFilter] = tf.grads((a, b) => convolve(a!, b!, stride, pad))([x!, filter!], dy!);
        return { out: convolve(x!, filter!, stride, pad), x: dx!, filter: dFilter! };
      },
      [
        input('x', [batch, height, width, channels], { layout, seed }),
        input('filter', [kernel, kernel, channels, filters], { layout: filterLayout, seed: seed + 1 }),
        input('dy', outShape, { layout: 'image', seed: seed + 2 }),
      ],
    );
  });

describe('Conv2D with the gradients of input and filter', () => {
  it.each(SETTINGS)('kernel $kernel, stride $stride, $pad, $channels channels', async (setting) => {
    await fc.assert(agreement(setting), few(6));
  });

  it.each([1, 2])('padding by a number, stride %d', async (stride) => {
    for (const channels of [2, 8]) await fc.assert(agreement({ kernel: 3, stride, pad: 1, channels }), few(6));
  });

  it('computes the filter gradient as one product below 8 channels, and one a place of the kernel from there on', async () => {
    const products = async (channels: number): Promise<number | undefined> => {
      const specs = [
        input('x', [1, 4, 4, channels], { layout: 'image' }).spec,
        input('filter', [3, 3, channels, 1], { layout: 'kernel' }).spec,
      ];
      const { graph } = await trace(({ x, filter }) => {
        const loss = (f: tf.Tensor) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same')));
        return { gradient: tf.grad(loss)(filter!) };
      }, specs);
      return graph.operatorCounts().MatMul;
    };
    expect(await products(7)).toBe(1);
    expect(await products(8)).toBe(9);
  });

  it('by hand: the kernel is not turned, and channels are summed', async () => {
    // One 2x2 image of two channels; a 1x2 difference of the first channel plus the second channel itself.
    const x = { ...input('x', [1, 2, 2, 2], { layout: 'image' }), data: Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40) };
    const filter = { ...input('filter', [1, 2, 2, 1], { layout: 'kernel' }), data: Float32Array.of(1, -1, 1, 0) };
    const { out } = await runOn(
      compiled,
      ({ x, filter }) => ({ out: tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid') }),
      [x, filter],
    );
    expect(out!.shape).toEqual([1, 2, 1, 1]);
    // 1 - 2 + 10 and 3 - 4 + 30.
    expect([...out!.data]).toEqual([9, 29]);
  });

  it('refuses dilation', async () => {
    const specs = [input('x', [1, 6, 6, 1]).spec, input('filter', [3, 3, 1, 1]).spec];
    const program = compiled.compile(
      ({ x, filter }) => ({ out: tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same', 'NHWC', 2) }),
      specs,
    );
    await expect(program).rejects.toThrow('dilation cannot be compiled');
  });
});
