import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer.js';
import { constantInitial, uniformInitial } from './model.js';
import { normaliseBatch, normaliseWith, updateRunning } from './normalise.js';

export interface ConvolutionOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride?: number;
  /** Side of the kernel, odd; the image is padded by half of it. */
  readonly kernel?: number;
  /** The residual stream that the result is summed into. */
  readonly stream?: string;
}

/** The convolution with an odd kernel, the image padded by half of it. */
export const convolve = (x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number): tf.Tensor4D =>
  // Not 'same', which pads an even image on one side only where the stride is 2; PyTorch pads both.
  tf.conv2d(x, kernel, stride, (kernel.shape[0] - 1) / 2, 'NHWC', undefined, 'floor');

/** A convolution without bias; a normalisation after it, or after a sum that it is a part of, makes it scale-invariant. */
export function convolution(
  place: string,
  { inputs, outputs, stride = 1, kernel = 3, stream }: ConvolutionOptions,
): Layer {
  const name = `${place}.weight`;
  const shape = [outputs, inputs, kernel, kernel];
  const initial = uniformInitial(shape, inputs * kernel * kernel);
  return {
    tensors: [{ name, shape, layout: 'kernel', role: 'sphere', initial, ...(stream === undefined ? {} : { stream }) }],
    apply: (x, { tensors }) => convolve(x, tensors[name] as tf.Tensor4D, stride),
  };
}

/** The normalised image times a weight plus a bias, one each a channel. */
export function affineMap(place: string, channels: number): Layer {
  const [weight, bias] = [`${place}.weight`, `${place}.bias`];
  const parameter = { shape: [channels], layout: 'plain', role: 'free' } as const;
  return {
    tensors: [
      { name: weight, ...parameter, initial: constantInitial([channels], 1) },
      { name: bias, ...parameter, initial: constantInitial([channels], 0) },
    ],
    apply: (x, { tensors }) => tf.add(tf.mul(x, tensors[weight]!), tensors[bias]!),
  };
}

/** Batch normalisation with running statistics, and with or without trained affine parameters. */
export function batchNormalisation(place: string, channels: number, affine: boolean): Layer {
  const [runningMean, runningVariance] = [`${place}.running_mean`, `${place}.running_var`];
  const statistics = { shape: [channels], layout: 'plain', role: 'buffer' } as const;
  const map = affine ? affineMap(place, channels) : undefined;
  return {
    tensors: [
      ...(map?.tensors ?? []),
      { name: runningMean, ...statistics, initial: constantInitial([channels], 0) },
      { name: runningVariance, ...statistics, isVariance: true, initial: constantInitial([channels], 1) },
    ],
    apply(x, pass) {
      const mean = pass.tensors[runningMean] as tf.Tensor1D;
      const variance = pass.tensors[runningVariance] as tf.Tensor1D;
      if (pass.mode === 'training') {
        const updated = updateRunning(x, mean, variance);
        pass.buffers[runningMean] = updated.mean;
        pass.buffers[runningVariance] = updated.variance;
      }
      const normalised = pass.mode === 'training' ? normaliseBatch(x) : normaliseWith(x, mean, variance);
      return map?.apply(normalised, pass) ?? normalised;
    },
  };
}
