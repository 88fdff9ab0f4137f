import * as tf from '@tensorflow/tfjs-core';

/** Our own kernel: what a tensor holds at the places where max-pooling another one found its maxima. */
export const MAX_POOL_GATHER = 'MaxPoolGather';

export interface MaxPoolGatherInputs {
  /** What is gathered, of the shape of `input`. */
  readonly values: tf.Tensor4D;
  /** What is pooled, NHWC. */
  readonly input: tf.Tensor4D;
}

type PoolAttributes = Pick<tf.MaxPoolGradAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;

/**
 * `values` at the place of the maximum of `input` in each window, in the shape of the pooled output; of equal maxima
 * the first in row-major order, as in tfjs and PyTorch.
 */
export const maxPoolGather = ({ values, input }: MaxPoolGatherInputs, attributes: PoolAttributes): tf.Tensor4D =>
  tf.engine().runKernel(MAX_POOL_GATHER, { values, input }, { ...attributes });

/** Geometry of the windows of a pooling kernel over an input of that shape. */
export function poolWindows(shape: readonly number[], attributes: tf.NamedAttrMap): tf.backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as tf.MaxPoolGradAttrs;
  const input = shape as [number, number, number, number];
  return tf.backend_util.computePool2DInfo(input, filterSize, strides, 1, pad, dimRoundingMode);
}

/** Places of the maxima of one channel of one image, window by window, as offsets into the flat NHWC tensor. */
function* maxima(numbers: ArrayLike<number>, info: tf.backend_util.Conv2DInfo, image: number, channel: number) {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  for (let row = 0; row < outHeight; row += 1) {
    const top = row * info.strideHeight - padInfo.top;
    for (let column = 0; column < outWidth; column += 1) {
      const left = column * info.strideWidth - padInfo.left;
      let best = -1;
      for (let y = Math.max(top, 0); y < Math.min(top + info.filterHeight, inHeight); y += 1) {
        for (let x = Math.max(left, 0); x < Math.min(left + info.filterWidth, inWidth); x += 1) {
          const place = ((image * inHeight + y) * inWidth + x) * inChannels + channel;
          if (best < 0 || numbers[place]! > numbers[best]!) best = place;
        }
      }
      yield best;
    }
  }
}

/** The backend's own way to make a tensor, which the type of backends leaves out. */
interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
}

/** `MaxPoolGather` for tfjs' cpu backend, by plain loops. */
export const CPU_MAX_POOL_GATHER: tf.KernelConfig = {
  kernelName: MAX_POOL_GATHER,
  backendName: 'cpu',
  kernelFunc: ({ inputs, attrs, backend }) => {
    const cpu = backend as CpuBackend;
    const info = poolWindows(inputs.input!.shape, attrs!);
    const numbers = cpu.readSync(inputs.input!.dataId) as Float32Array;
    const values = cpu.readSync(inputs.values!.dataId) as Float32Array;
    const gathered = new Float32Array(tf.util.sizeFromShape(info.outShape));
    const windows = info.outHeight * info.outWidth;
    for (let image = 0; image < info.batchSize; image += 1) {
      for (let channel = 0; channel < info.inChannels; channel += 1) {
        let window = image * windows;
        for (const place of maxima(numbers, info, image, channel)) {
          gathered[window * info.inChannels + channel] = values[place]!;
          window += 1;
        }
      }
    }
    return cpu.makeTensorInfo(info.outShape, 'float32', gathered);
  },
};
