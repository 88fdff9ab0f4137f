import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOf, type TensorFunction } from '../../../../deep/engine/engine.js';
import { compiled, deviation, eager, expectAgreement, few, type Given, input, runOn, seeds } from '../agreement.js';

interface Geometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: 'same' | 'valid';
}

/** Output size and padding before the first pixel of one dimension, as TensorFlow defines them. */
function extent(size: number, { kernel, stride, pad }: Geometry): { size: number; before: number } {
  if (pad === 'valid') return { size: Math.floor((size - kernel) / stride) + 1, before: 0 };
  const out = Math.ceil(size / stride);
  return { size: out, before: Math.floor(Math.max((out - 1) * stride + kernel - size, 0) / 2) };
}

const shapes = (geometry: Geometry) => {
  const { batch, height, width, channels, filters, kernel } = geometry;
  return {
    x: [batch, height, width, channels],
    filter: [kernel, kernel, channels, filters],
    dy: [batch, extent(height, geometry).size, extent(width, geometry).size, filters],
  };
};

type Numbers = ArrayLike<number>;

/**
 * <conv(x, w), dy> in float64 by plain loops: linear in each of the three, so differences are exact. It is also
 * <filter gradient at (x, dy), w> and <input gradient at (dy, w), x>.
 */
function trilinear(geometry: Geometry, x: Numbers, w: Numbers, dy: Numbers): number {
  const { batch, height, width, channels, filters, kernel, stride } = geometry;
  const [rows, columns] = [extent(height, geometry), extent(width, geometry)];
  let sum = 0;
  for (let n = 0; n < batch; n += 1)
    for (let r = 0; r < rows.size; r += 1)
      for (let c = 0; c < columns.size; c += 1)
        for (let p = 0; p < kernel; p += 1)
          for (let q = 0; q < kernel; q += 1) {
            const [i, j] = [r * stride + p - rows.before, c * stride + q - columns.before];
            if (i < 0 || j < 0 || i >= height || j >= width) continue;
            for (let a = 0; a < channels; a += 1)
              for (let b = 0; b < filters; b += 1) {
                const pixel = x[((n * height + i) * width + j) * channels + a]!;
                const weight = w[((p * kernel + q) * channels + a) * filters + b]!;
                sum += pixel * weight * dy[((n * rows.size + r) * columns.size + c) * filters + b]!;
              }
          }
  return sum;
}

/** Derivative of a linear function of `size` numbers, by its values at the unit vectors. */
function derivative(f: (unit: Float64Array) => number, size: number): number[] {
  return Array.from({ length: size }, (_, i) => {
    const unit = new Float64Array(size);
    unit[i] = 1;
    return f(unit);
  });
}

const convolution =
  ({ stride, pad }: Geometry) =>
  (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad);

/** Gradients of <filter gradient at (x, dy), u> in x and dy. */
const ofFilterGradient =
  (geometry: Geometry): TensorFunction =>
  ({ x, dy, u }) => {
    const convolve = convolution(geometry);
    const pairing = (x: tf.Tensor, dy: tf.Tensor) => {
      const gradient = tf.grad((filter) => convolve(x, filter))(tf.zerosLike(u!), dy);
      return tf.sum(tf.mul(gradient, u!));
    };
    const [dx, ddy] = tf.grads((x, dy) => pairing(x!, dy!))([x!, dy!]);
    return { x: dx!, dy: ddy! };
  };

/** Gradients of <input gradient at (dy, filter), u> in dy and the filter. */
const ofInputGradient =
  (geometry: Geometry): TensorFunction =>
  ({ filter, dy, u }) => {
    const convolve = convolution(geometry);
    const pairing = (dy: tf.Tensor, filter: tf.Tensor) => {
      const gradient = tf.grad((x) => convolve(x, filter))(tf.zerosLike(u!), dy);
      return tf.sum(tf.mul(gradient, u!));
    };
    const [ddy, dFilter] = tf.grads((dy, filter) => pairing(dy!, filter!))([dy!, filter!]);
    return { dy: ddy!, filter: dFilter! };
  };

/** Sums of at most 72 float32 products (rounding 6e-8), relative to the largest sum, which may be one that cancels. */
const TOLERANCE = 1e-5;

const contents = ([a, b, c]: readonly Given[]): [Numbers, Numbers, Numbers] => [a!.data, b!.data, c!.data];

async function expectTruth(fn: TensorFunction, given: readonly Given[], truth: Record<string, number[]>) {
  for (const engine of [eager, compiled]) {
    const found = await runOn(engine, fn, given);
    for (const [name, expected] of Object.entries(truth)) {
      expect(deviation(found[name]!.data, expected), `${engine.name} ${name}`).toBeLessThan(TOLERANCE);
    }
  }
}

const cases = [1, 3].flatMap((kernel) =>
  [1, 2].flatMap((stride) => (['same', 'valid'] as const).map((pad) => ({ kernel, stride, pad }))),
);

const images = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  height: fc.integer({ min: 3, max: 6 }),
  width: fc.integer({ min: 3, max: 6 }),
  channels: fc.constantFrom(1, 2, 8),
  filters: fc.integer({ min: 1, max: 3 }),
});

describe.each(cases)('kernel $kernel, stride $stride, $pad', (setting) => {
  it('the gradient of the filter gradient', async () => {
    const property = fc.asyncProperty(images, seeds, async (image, seed) => {
      const geometry = { ...image, ...setting };
      const { x, filter, dy } = shapes(geometry);
      const given = [
        input('x', x, { seed }),
        input('dy', dy, { seed: seed + 1 }),
        input('u', filter, { seed: seed + 2 }),
      ];
      const [xs, dys, us] = contents(given);
      await expectTruth(ofFilterGradient(geometry), given, {
        x: derivative((unit) => trilinear(geometry, unit, us, dys), sizeOf(x)),
        dy: derivative((unit) => trilinear(geometry, xs, us, unit), sizeOf(dy)),
      });
    });
    await fc.assert(property, few(4));
  });

  it('the gradient of the input gradient', async () => {
    const property = fc.asyncProperty(images, seeds, async (image, seed) => {
      const geometry = { ...image, ...setting };
      const { x, filter, dy } = shapes(geometry);
      const given = [
        input('filter', filter, { seed }),
        input('dy', dy, { seed: seed + 1 }),
        input('u', x, { seed: seed + 2 }),
      ];
      const [weights, dys, us] = contents(given);
      await expectTruth(ofInputGradient(geometry), given, {
        filter: derivative((unit) => trilinear(geometry, us, unit, dys), sizeOf(filter)),
        dy: derivative((unit) => trilinear(geometry, us, weights, unit), sizeOf(dy)),
      });
    });
    await fc.assert(property, few(4));
  });

  it('both, in the layouts of images and kernels', async () => {
    const geometry = { batch: 2, height: 5, width: 4, channels: 3, filters: 2, ...setting };
    const { x, filter, dy } = shapes(geometry);
    const image = { layout: 'image', seed: 1 } as const;
    const kernel = { layout: 'kernel', seed: 2 } as const;
    await expectAgreement(ofFilterGradient(geometry), [
      input('x', x, image),
      input('dy', dy, { ...image, seed: 3 }),
      input('u', filter, kernel),
    ]);
    await expectAgreement(ofInputGradient(geometry), [
      input('filter', filter, kernel),
      input('dy', dy, { ...image, seed: 3 }),
      input('u', x, image),
    ]);
  });
});
