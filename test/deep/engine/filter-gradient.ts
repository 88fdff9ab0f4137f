import * as tf from '@tensorflow/tfjs-core';
import '../../../deep/engine/tfjs.js';

type Kernel = tf.KernelFunc;

const NAME = 'Conv2DBackpropFilter';

/** What tfjs' cpu backend has for the gradient of a convolution in its kernel. */
export const ofTfjs: Kernel = tf.getKernel(NAME, 'cpu').kernelFunc;

/**
 * The same sums in the same order, in float64 as there, hence the same bits (filter-gradient.test.ts): tfjs looks up every
 * factor by its four indices, which takes three quarters of the time of an eager training step. For NHWC alone.
 */
export const quick: Kernel = ({ inputs, attrs, backend }) => {
  const [x, dy] = [inputs.x!, inputs.dy!];
  const { strides, pad, dimRoundingMode, filterShape } = attrs as Record<string, unknown>;
  const conv = tf.backend_util.computeConv2DInfo(
    x.shape as never,
    filterShape as never,
    strides as never,
    1,
    pad as never,
    dimRoundingMode as never,
  );
  const { data } = backend as unknown as { data: { get(id: object): { values: Float32Array } } };
  const [images, gradients] = [data.get(x.dataId).values, data.get(dy.dataId).values];
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = conv;
  const sums = new Float64Array(filterHeight * filterWidth * inChannels * outChannels);
  const addProducts = (xAt: number, dyAt: number, sumAt: number): void => {
    for (let i = 0; i < inChannels; i += 1) {
      const value = images[xAt + i]!;
      const row = sumAt + i * outChannels;
      for (let j = 0; j < outChannels; j += 1) sums[row + j]! += value * gradients[dyAt + j]!;
    }
  };
  for (let place = 0; place < conv.batchSize * outHeight * outWidth; place += 1) {
    const image = Math.floor(place / (outHeight * outWidth));
    const top = (Math.floor(place / outWidth) % outHeight) * conv.strideHeight - conv.padInfo.top;
    const left = (place % outWidth) * conv.strideWidth - conv.padInfo.left;
    for (let p = 0; p < filterHeight * filterWidth; p += 1) {
      const [row, column] = [top + Math.floor(p / filterWidth), left + (p % filterWidth)];
      if (row < 0 || row >= inHeight || column < 0 || column >= inWidth) continue;
      const xAt = ((image * inHeight + row) * inWidth + column) * inChannels;
      addProducts(xAt, place * outChannels, p * inChannels * outChannels);
    }
  }
  const dataId = (backend as tf.KernelBackend).write(Float32Array.from(sums), conv.filterShape, 'float32');
  return { dataId, shape: conv.filterShape, dtype: 'float32' };
};

/** The reference that compiled steps are compared with, in a quarter of its time. */
export function registerQuickFilterGradient(): void {
  tf.unregisterKernel(NAME, 'cpu');
  tf.registerKernel({ kernelName: NAME, backendName: 'cpu', kernelFunc: quick });
}
