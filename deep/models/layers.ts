import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer.js';
import { constantInitial, type ModelTensor, uniformInitial } from './model.js';
import { normaliseBatch, normaliseWith, updateRunning } from './normalise.js';

/** What a frozen linear weight is scaled to where nobody says. */
export const LAST_LAYER_NORM = 10;

export interface ConvolutionOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride?: number;
  /** Side of the kernel, odd; the image is padded by half of it. */
  readonly kernel?: number;
  /** The residual stream that the result is summed into. */
  readonly stream?: string;
}

/** A convolution without bias; a normalisation after it, or after a sum that it is a part of, makes it scale-invariant. */
export function convolution(
  place: string,
  { inputs, outputs, stride = 1, kernel = 3, stream }: ConvolutionOptions,
): Layer {
  const name = `${place}.weight`;
  const shape = [outputs, inputs, kernel, kernel];
  const initial = uniformInitial(shape, inputs * kernel * kernel);
  const padding = (kernel - 1) / 2;
  return {
    tensors: [{ name, shape, layout: 'kernel', role: 'sphere', initial, ...(stream === undefined ? {} : { stream }) }],
    // Not 'same', which pads an even image on one side only where the stride is 2; PyTorch pads both.
    apply: (x, { tensors }) => tf.conv2d(x, tensors[name] as tf.Tensor4D, stride, padding, 'NHWC', undefined, 'floor'),
  };
}

/** The normalised image times a weight plus a bias, one each a channel. */
function affineMap(place: string, channels: number): Layer {
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
export function normalisation(place: string, channels: number, affine: boolean): Layer {
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

interface LinearOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  /** Otherwise frozen. */
  readonly trained: boolean;
  /** Its weight W starts as this times W / |W|; default: `LAST_LAYER_NORM` where it is frozen, W itself where it is trained. */
  readonly initScale?: number | undefined;
}

/** The linear layer from features, of which nothing but channels is left, to logits. */
export function linear(place: string, options: LinearOptions): Layer<tf.Tensor2D> {
  const { inputs, outputs, bias, trained, initScale = trained ? undefined : LAST_LAYER_NORM } = options;
  const common = { layout: 'plain', role: trained ? 'free' : 'frozen' } as const;
  const named = (suffix: string, shape: readonly number[]): ModelTensor => ({
    ...common,
    name: `${place}.${suffix}`,
    shape,
    initial: uniformInitial(shape, inputs),
  });
  const weight = named('weight', [outputs, inputs]);
  const shift = bias ? named('bias', [outputs]) : undefined;
  return {
    tensors: [initScale === undefined ? weight : { ...weight, scale: initScale }, ...(shift ? [shift] : [])],
    apply(x, { tensors }) {
      const features = tf.reshape(x, [x.shape[0], -1]) as tf.Tensor2D;
      const products: tf.Tensor = tf.matMul(features, tensors[weight.name] as tf.Tensor2D, false, true);
      return (shift ? tf.add(products, tensors[shift.name]!) : products) as tf.Tensor2D;
    },
  };
}
