import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorFunction } from '../../../../deep/engine/engine.js';
import { blockSize } from '../../../../deep/engine/onnx/block-size.js';
import { trace } from '../../../../deep/engine/trace/trace.js';
import { channelMoments, normaliseBatch } from '../../../../deep/models/normalise.js';
import { compiled, convolve, expectAgreement, few, type Given, input, seeds } from '../agreement.js';

/** Whole blocks of 8 and 16 channels, and numbers that fill them up to half and more. */
const CHANNELS = [8, 12, 16, 20, 32];
const channels = fc.constantFrom(...CHANNELS);

type Image = tf.Tensor4D;
type Operation = (x: Image, filter: Image) => tf.Tensor;

/** Values and both gradients of an operation on images and a kernel. */
const differentiated =
  (operation: Operation) =>
  ({ x, filter, dy }: Record<string, tf.Tensor>) => {
    const [dx, dFilter] = tf.grads((a, b) => operation(a as Image, b as Image))([x!, filter!], dy!);
    return { out: operation(x as Image, filter as Image), x: dx!, filter: dFilter! };
  };

interface Setting {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly seed: number;
}

const settings: fc.Arbitrary<Setting> = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 3, max: 6 }),
  width: fc.integer({ min: 3, max: 6 }),
  inputs: fc.constantFrom(1, 3, ...CHANNELS),
  outputs: channels,
  seed: seeds,
});

function given({ batch, height, width, inputs, outputs, seed }: Setting, kernel: number, outShape: readonly number[]) {
  return [
    input('x', [batch, height, width, inputs], { layout: 'image', seed }),
    input('filter', [kernel, kernel, inputs, outputs], { layout: 'kernel', seed: seed + 1 }),
    input('dy', outShape, { layout: 'image', seed: seed + 2 }),
  ];
}

describe('convolutions with whole blocks of channels and with fewer', () => {
  const cases = [1, 3].flatMap((kernel) =>
    [1, 2].flatMap((stride) => (['same', 'valid', 1] as const).map((pad) => ({ kernel, stride, pad }))),
  );
  it.each(cases)('kernel $kernel, stride $stride, padding $pad', async ({ kernel, stride, pad }) => {
    const size = (length: number): number =>
      pad === 'same'
        ? Math.ceil(length / stride)
        : Math.floor((length + (pad === 'valid' ? 0 : 2 * pad) - kernel) / stride) + 1;
    await fc.assert(
      fc.asyncProperty(settings, (setting) =>
        expectAgreement(
          differentiated((x, filter) => convolve(x, filter, stride, pad)),
          given(setting, kernel, [setting.batch, size(setting.height), size(setting.width), setting.outputs]),
        ),
      ),
      few(5),
    );
  });

  it('more images than a tile of the filter gradient has', async () => {
    const setting = { batch: 19, height: 3, width: 4, inputs: 16, outputs: 32, seed: 5 };
    await expectAgreement(differentiated(convolve), given(setting, 3, [19, 3, 4, 32]));
  });
});

describe('a convolution of a rectified, normalised convolution', () => {
  const cases = [1, 3].flatMap((kernel) => [1, 2].map((stride) => ({ kernel, stride })));
  it.each(cases)('kernel $kernel, stride $stride: it takes its input with the padding made', async (setting) => {
    const { kernel, stride } = setting;
    const batches = fc.constantFrom(1, 2, 4, 9);
    const sizes = fc.constantFrom(4, 5, 8);
    await fc.assert(
      fc.asyncProperty(batches, sizes, channels, channels, seeds, (batch, size, middle, outputs, seed) => {
        const two = (x: Image, filter: Image, second: Image): tf.Tensor =>
          convolve(tf.relu(normaliseBatch(convolve(x, filter))) as Image, second, stride, Math.floor(kernel / 2));
        return expectAgreement(
          ({ x, filter, second }) => {
            const loss = (...all: tf.Tensor[]) => {
              const result = two(...(all as [Image, Image, Image]));
              return tf.sum(tf.mul(result, tf.reshape(numbers(result.size), result.shape)));
            };
            const [dx, dFilter, dSecond] = tf.grads(loss)([x!, filter!, second!]);
            return {
              out: two(x as Image, filter as Image, second as Image),
              x: dx!,
              filter: dFilter!,
              second: dSecond!,
            };
          },
          [
            input('x', [batch, size, size, 3], { layout: 'image', seed }),
            input('filter', [3, 3, 3, middle], { layout: 'kernel', seed: seed + 1 }),
            input('second', [kernel, kernel, middle, outputs], { layout: 'kernel', seed: seed + 2 }),
          ],
          // Gradients through a normalisation over 16 to 600 numbers, whose terms nearly cancel.
          1e-5,
        );
      }),
      few(5),
    );
  });
});

/** Numbers between 1 and 2 that do not repeat soon. */
const numbers = (count: number): tf.Tensor1D =>
  tf.tensor1d(Float32Array.from({ length: count }, (_, i) => 1 + ((i * 0.618) % 1)));

/** Operations on what a convolution yields, an image in the blocked layout. */
const OPERATIONS: readonly [string, (y: Image) => tf.Tensor][] = [
  ['a number a channel added', (y) => tf.add(y, numbers(y.shape[3]))],
  ['a number a channel subtracted from', (y) => tf.sub(y, numbers(y.shape[3]))],
  ['subtracted from a number a channel', (y) => tf.sub(numbers(y.shape[3]), y)],
  ['times a number a channel, plus one', (y) => tf.add(tf.mul(y, numbers(y.shape[3])), 1)],
  ['times a number', (y) => tf.mul(tf.scalar(-2), y)],
  ['divided by a number a channel', (y) => tf.div(y, numbers(y.shape[3]))],
  ['negative', (y) => tf.neg(y)],
  ['twice itself', (y) => tf.add(y, y)],
  ['plus zeros', (y) => tf.add(y, tf.zerosLike(y))],
  ['less zeros', (y) => tf.sub(y, 0)],
  ['zeros less it', (y) => tf.sub(tf.zerosLike(y), y)],
  ['times ones', (y) => tf.mul(tf.onesLike(y), y)],
  ['sum with zeros', (y) => tf.addN([tf.zerosLike(y), y, tf.zerosLike(y)])],
  ['less itself', (y) => tf.sub(y, tf.mul(y, 0.5))],
  ['squared', (y) => tf.square(y)],
  ['times itself shifted', (y) => tf.mul(tf.add(y, 1), tf.sub(y, 2))],
  ['rectified', (y) => tf.relu(y)],
  ['rectified after a shift', (y) => tf.relu(tf.sub(tf.mul(y, 2), 0.5))],
  ['sum of three', (y) => tf.addN([y, tf.neg(y), tf.square(y)])],
  ['mean over batch and pixels', (y) => tf.mean(y, [0, 1, 2])],
  ['sum over batch and pixels, dimensions kept', (y) => tf.sum(tf.add(y, 3), [0, 1, 2], true)],
  ['mean of a product', (y) => tf.mean(tf.mul(tf.relu(y), tf.sub(y, 1)), [0, 1, 2])],
  ['sum over channels', (y) => tf.sum(y, 3)],
  ['mean over everything', (y) => tf.mean(tf.square(y))],
  ['exponential', (y) => tf.exp(tf.mul(y, 0.1))],
  ['its variance', (y) => channelMoments(y).variance],
  ['normalised', (y) => normaliseBatch(y)],
  ['normalised and rectified', (y) => tf.relu(normaliseBatch(y))],
  ['pooled', (y) => tf.maxPool(y, 2, 2, 'valid')],
  ['pooled with windows over the edge', (y) => tf.maxPool(y, 2, 2, 'same')],
  ['normalised and pooled', (y) => tf.maxPool(normaliseBatch(y), 2, 2, 'valid')],
  ['times a negative number and pooled', (y) => tf.maxPool(tf.mul(y, -1), 2, 2, 'valid')],
  ['normalised, pooled and rectified', (y) => tf.relu(tf.maxPool(normaliseBatch(y), 2, 2, 'valid'))],
  ['pooled by three', (y) => tf.maxPool(y, 3, 3, 'valid')],
  ['a block of a residual network', (y) => tf.add(tf.relu(normaliseBatch(y)), y)],
  ['flattened', (y) => tf.reshape(y, [y.shape[0], -1])],
];

describe('what a convolution yields', () => {
  it.each(OPERATIONS)('%s', async (_, operation) => {
    // Sums of squares of up to 100 terms that nearly cancel in the gradient of a normalisation.
    const tolerance = 1e-5;
    await fc.assert(
      fc.asyncProperty(channels, fc.integer({ min: 3, max: 7 }), seeds, (outputs, size, seed) =>
        expectAgreement(
          ({ x, filter }) => {
            const loss = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => {
              const result = operation(convolve(a as Image, b as Image));
              // Weights that differ from place to place: the gradient of a plain sum would vanish for normalised images.
              const weights = tf.reshape(numbers(result.size), result.shape);
              return tf.sum(tf.mul(result, weights));
            };
            const [dx, dFilter] = tf.grads((a, b) => loss(a!, b!))([x!, filter!]);
            return { out: operation(convolve(x as Image, filter as Image)), x: dx!, filter: dFilter! };
          },
          given({ batch: 2, height: size, width: size, inputs: 3, outputs, seed }, 3, [1]).slice(0, 2),
          tolerance,
        ),
      ),
      few(3),
    );
  });
});

describe('the graph of a normalised, rectified, pooled convolution', () => {
  const specs = given({ batch: 2, height: 8, width: 8, inputs: 16, outputs: 32, seed: 1 }, 3, [1]).map(
    ({ spec }) => spec,
  );
  const block = ({ x, filter }: Record<string, tf.Tensor>) => ({
    out: tf.relu(tf.maxPool(normaliseBatch(convolve(x as Image, filter as Image)), 2, 2, 'valid')),
  });

  it('has four convolutions: itself, centring, the squares, and scaling with the rectifier', async () => {
    const { graph } = await trace(block, specs.slice(0, 2), { block: 16 });
    const counts = graph.operatorCounts();
    expect(counts.Conv).toBe(4);
    expect(counts.MaxPool).toBe(1);
    for (const absent of ['Relu', 'Sub', 'ReduceSum']) expect(counts[absent]).toBeUndefined();
    expect(counts.ReorderInput).toBe(1);
    expect(counts.ReorderOutput).toBe(1);
  });

  it('has standard operators alone where there is no blocked layout', async () => {
    const { graph } = await trace(block, specs.slice(0, 2));
    expect(Buffer.from(graph.encode()).includes('com.microsoft')).toBe(false);
  });
});

describe('the mean square of a difference', () => {
  it('keeps its digits where the images are nearly equal', async () => {
    const [x, filter] = given({ batch: 2, height: 6, width: 6, inputs: 3, outputs: 16, seed: 4 }, 3, [1]) as [
      Given,
      Given,
    ];
    const other = { ...input('other', [3, 3, 3, 16], { layout: 'kernel', seed: 9 }) };
    const near = { ...other, data: filter.data.map((value, i) => value + 1e-3 * other.data[i]!) };
    const distance: TensorFunction = ({ x, filter, other }) => ({
      out: tf.mean(
        tf.square(tf.sub(convolve(x as Image, filter as Image), convolve(x as Image, other as Image))),
        [0, 1, 2],
      ),
    });
    // Differences of 1e-3 of numbers rounded to 1e-7 each.
    await expectAgreement(distance, [x, filter, near], 1e-3);
  });
});

describe('what cannot be compiled says so', () => {
  it.each<[string, (y: Image) => tf.Tensor, string]>([
    ['a step with a slope', (y) => tf.step(y, 0.5), 'Step with a slope'],
    ['pooling with sizes rounded up', (y) => tf.maxPool(y, 2, 2, 0, 'ceil'), 'sizes rounded up'],
  ])('%s', async (_, operation, message) => {
    const specs = given({ batch: 1, height: 5, width: 5, inputs: 3, outputs: 16, seed: 1 }, 3, [1]).slice(0, 2);
    const program = compiled.compile(
      ({ x, filter }) => ({ out: operation(convolve(x as Image, filter as Image)) }),
      specs.map(({ spec }) => spec),
    );
    await expect(program).rejects.toThrow(message);
  });
});

describe('the size of a block', () => {
  // Without blocks these tests would compare plain layouts with plain layouts, and steps would take several times as long.
  it.runIf(process.arch === 'x64')('is one that onnxruntime has', async () => {
    expect([8, 16]).toContain(await blockSize());
  });
});
