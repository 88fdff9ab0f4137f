import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine, TensorFunction } from '../../../../deep/engine/engine.js';
import { compiled, eager, few, type Given, input, runOn, seeds } from '../agreement.js';

interface Windows {
  readonly window: number;
  readonly stride: number;
  readonly pad: 'same' | 'valid';
}

type Shape = readonly [number, number, number, number];

function extent(size: number, { window, stride, pad }: Windows): { size: number; before: number } {
  if (pad === 'valid') return { size: Math.floor((size - window) / stride) + 1, before: 0 };
  const out = Math.ceil(size / stride);
  return { size: out, before: Math.floor(Math.max((out - 1) * stride + window - size, 0) / 2) };
}

/** For each output of max-pooling, NHWC, the flat place of the first maximum of its window in row-major order. */
function firstMaxima(x: ArrayLike<number>, [batch, height, width, channels]: Shape, windows: Windows): number[] {
  const [rows, columns] = [extent(height, windows), extent(width, windows)];
  const places: number[] = [];
  for (let n = 0; n < batch; n += 1)
    for (let r = 0; r < rows.size; r += 1)
      for (let c = 0; c < columns.size; c += 1)
        for (let channel = 0; channel < channels; channel += 1) {
          const inside: number[] = [];
          for (let p = 0; p < windows.window; p += 1)
            for (let q = 0; q < windows.window; q += 1) {
              const [i, j] = [r * windows.stride + p - rows.before, c * windows.stride + q - columns.before];
              if (i < 0 || j < 0 || i >= height || j >= width) continue;
              inside.push(((n * height + i) * width + j) * channels + channel);
            }
          const largest = Math.max(...inside.map((place) => x[place]!));
          places.push(inside.find((place) => x[place] === largest)!);
        }
  return places;
}

/** Gradient in dy of <gradient of max-pooling at (x, dy), u>; with respect to x it must be 0. */
const ofMaxPoolGradient =
  ({ window, stride, pad }: Windows): TensorFunction =>
  ({ x, dy, u }) => {
    const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, window, stride, pad);
    const pairing = (x: tf.Tensor, dy: tf.Tensor) => tf.sum(tf.mul(tf.grad(pool)(x, dy), u!));
    const [dx, ddy] = tf.grads((x, dy) => pairing(x!, dy!))([x!, dy!]);
    return { x: dx!, dy: ddy! };
  };

async function expectGather(engine: Engine, x: Given, shape: Shape, windows: Windows, seed: number): Promise<void> {
  const places = firstMaxima(x.data, shape, windows);
  const [batch, height, width, channels] = shape;
  const dy = input('dy', [batch, extent(height, windows).size, extent(width, windows).size, channels], { seed });
  const u = input('u', shape, { seed: seed + 1 });
  const found = await runOn(engine, ofMaxPoolGradient(windows), [x, dy, u]);
  // Nothing is computed, so nothing is rounded.
  expect([...found.dy!.data]).toEqual(places.map((place) => u.data[place]!));
  expect(found.x!.data.every((value) => value === 0)).toBe(true);
}

const size = fc.integer({ min: 4, max: 9 });
const small = fc.integer({ min: 1, max: 3 });
const SIDE_BY_SIDE: Windows[] = [2, 4].flatMap((window) =>
  (['valid', 'same'] as const).map((pad) => ({ window, stride: window, pad })),
);

describe.each([
  ['compiled', compiled],
  ['eager', eager],
] as const)('the gradient of the gradient of max-pooling, %s', (_, engine) => {
  it.each(SIDE_BY_SIDE)('windows of $window, $pad', async (windows) => {
    await fc.assert(
      fc.asyncProperty(small, size, size, small, seeds, (batch, height, width, channels, seed) => {
        const shape = [batch, height, width, channels] as const;
        return expectGather(engine, input('x', shape, { seed }), shape, windows, seed + 1);
      }),
      few(15),
    );
  });

  it.each(SIDE_BY_SIDE)('windows of $window, $pad: of equal maxima the first', async (windows) => {
    await fc.assert(
      fc.asyncProperty(small, size, size, small, seeds, (batch, height, width, channels, seed) => {
        const shape = [batch, height, width, channels] as const;
        const whole = input('x', shape, { seed, content: 'whole' });
        const x = { ...input('x', shape), data: Float32Array.from(whole.data) };
        return expectGather(engine, x, shape, windows, seed + 1);
      }),
      few(15),
    );
  });
});

describe('max-pooling over windows that overlap', () => {
  it.each(['valid', 'same'] as const)('is differentiated twice by tfjs itself, %s', async (pad) => {
    const shape = [2, 7, 6, 2] as const;
    await expectGather(eager, input('x', shape), shape, { window: 3, stride: 2, pad }, 5);
  });

  it('is refused where it is compiled', async () => {
    const fn = ofMaxPoolGradient({ window: 3, stride: 2, pad: 'valid' });
    const specs = [input('x', [1, 7, 7, 1]), input('dy', [1, 3, 3, 1]), input('u', [1, 7, 7, 1])].map((x) => x.spec);
    await expect(compiled.compile(fn, specs)).rejects.toThrow('windows that overlap or leave gaps cannot be compiled');
  });
});

describe('the gradient of the gradient of average-pooling', () => {
  const ofAveragePool =
    (pad: 'same' | 'valid'): TensorFunction =>
    ({ x, dy, u }) => {
      const pool = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 2, 2, pad);
      const pairing = (dy: tf.Tensor) => tf.sum(tf.mul(tf.grad(pool)(x!, dy), u!));
      return { dy: tf.grad(pairing)(dy!) };
    };

  it('averages over the window', async () => {
    const x = input('x', [1, 4, 5, 1]);
    const u = { ...input('u', [1, 4, 5, 1]), data: Float32Array.from({ length: 20 }, (_, i) => i) };
    const { dy } = await runOn(eager, ofAveragePool('valid'), [x, input('dy', [1, 2, 2, 1]), u]);
    // Places 0 1 5 6, 2 3 7 8, 10 11 15 16 and 12 13 17 18 of four rows of five.
    expect([...dy!.data]).toEqual([3, 5, 13, 15]);
  });

  it('is refused where a window reaches over the border', async () => {
    const given = [input('x', [1, 3, 4, 1]), input('dy', [1, 2, 2, 1]), input('u', [1, 3, 4, 1])];
    await expect(runOn(eager, ofAveragePool('same'), given)).rejects.toThrow('average-pooling over the border');
  });
});
