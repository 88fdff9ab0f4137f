import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { ofTfjs, quick } from './filter-gradient.js';

const setting = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 3, max: 7 }),
  width: fc.integer({ min: 3, max: 7 }),
  inputs: fc.integer({ min: 1, max: 4 }),
  outputs: fc.integer({ min: 1, max: 4 }),
  kernel: fc.constantFrom(1, 2, 3),
  stride: fc.constantFrom(1, 2, 3),
  pad: fc.constantFrom('same', 'valid', 1),
  seed: fc.nat(),
});

describe('the gradient of a convolution in its kernel, as tests compute it', () => {
  it('has the bits that it has in tfjs', async () => {
    await tf.setBackend('cpu');
    fc.assert(
      fc.property(setting, ({ batch, height, width, inputs, outputs, kernel, stride, pad, seed }) => {
        const random = randomSource(seed);
        const gaussian = (...shape: number[]) =>
          tf.tensor(
            Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.gaussian()),
            shape,
          );
        const filterShape = [kernel, kernel, inputs, outputs] as [number, number, number, number];
        const rounding = pad === 1 ? 'floor' : undefined;
        const attrs = { strides: stride, pad, dataFormat: 'NHWC', dimRoundingMode: rounding, filterShape };
        const imageShape = [batch, height, width, inputs] as [number, number, number, number];
        const { outShape } = tf.backend_util.computeConv2DInfo(
          imageShape,
          filterShape,
          stride,
          1,
          pad as 'same',
          rounding,
        );
        const given = { x: gaussian(...imageShape), dy: gaussian(...outShape) };
        const [found, expected] = [quick, ofTfjs].map((kernelFunc) => {
          const info = kernelFunc({ inputs: given, attrs: attrs as never, backend: tf.backend() }) as tf.TensorInfo;
          const tensor = tf.engine().makeTensorFromTensorInfo(info);
          const bits = { shape: tensor.shape, values: tensor.dataSync().slice() };
          tensor.dispose();
          return bits;
        });
        tf.dispose(given);
        expect(found!.values).toHaveLength(tf.util.sizeFromShape(filterShape));
        expect(found).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
