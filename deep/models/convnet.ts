import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../engine/engine.js';
import {
  constantInitial,
  type ForwardResult,
  type Model,
  type ModelTensor,
  type NormalisationMode,
  uniformInitial,
} from './model.js';
import { normaliseBatch, normaliseWith, updateRunning } from './normalise.js';

export interface ConvNetOptions {
  /** Channels of the first block; the others have 2, 4 and 8 times as many. */
  readonly width: number;
  readonly classes?: number;
  readonly channels?: number;
}

/** Places of the convolutions in PyTorch's `conv_layers`; the normalisation follows each. */
const CONVOLUTION_PLACES = [0, 3, 7, 11];
const KERNEL = 3;
/** Norm of the frozen linear weight. */
export const LAST_LAYER_NORM = 10;

const convolutionName = (place: number): string => `conv_layers.${place}.weight`;
const runningMean = (place: number): string => `conv_layers.${place + 1}.running_mean`;
const runningVariance = (place: number): string => `conv_layers.${place + 1}.running_var`;
const LINEAR = 'linear_layers.2';

function blockTensors(place: number, inputs: number, outputs: number): ModelTensor[] {
  const shape = [outputs, inputs, KERNEL, KERNEL];
  const statistics = { shape: [outputs], layout: 'plain', role: 'buffer' } as const;
  const initial = uniformInitial(shape, inputs * KERNEL * KERNEL);
  return [
    { name: convolutionName(place), shape, layout: 'kernel', role: 'sphere', initial },
    { name: runningMean(place), ...statistics, initial: constantInitial([outputs], 0) },
    { name: runningVariance(place), ...statistics, initial: constantInitial([outputs], 1) },
  ];
}

function linearTensors(inputs: number, classes: number): ModelTensor[] {
  const weight = [classes, inputs];
  const frozen = { layout: 'plain', role: 'frozen' } as const;
  const initial = uniformInitial(weight, inputs);
  return [
    { name: `${LINEAR}.weight`, shape: weight, ...frozen, initial, norm: LAST_LAYER_NORM },
    { name: `${LINEAR}.bias`, shape: [classes], ...frozen, initial: uniformInitial([classes], inputs) },
  ];
}

const halve = (x: tf.Tensor4D): tf.Tensor4D => tf.maxPool(x, 2, 2, 'valid');

function forward(tensors: NamedTensors, images: tf.Tensor4D, mode: NormalisationMode): ForwardResult {
  const buffers: Record<string, tf.Tensor> = {};
  let x = images;
  CONVOLUTION_PLACES.forEach((place, block) => {
    const convolved = tf.conv2d(x, tensors[convolutionName(place)] as tf.Tensor4D, 1, 'same');
    const mean = tensors[runningMean(place)] as tf.Tensor1D;
    const variance = tensors[runningVariance(place)] as tf.Tensor1D;
    if (mode === 'training') {
      const updated = updateRunning(convolved, mean, variance);
      buffers[runningMean(place)] = updated.mean;
      buffers[runningVariance(place)] = updated.variance;
    }
    const normalised = mode === 'training' ? normaliseBatch(convolved) : normaliseWith(convolved, mean, variance);
    // ReLU and max-pooling commute, gradients included; pooling first leaves ReLU a quarter of the work.
    x = tf.relu(block > 0 ? halve(normalised) : normalised);
  });
  const pooled = tf.maxPool(x, 4, 4, 'valid');
  const features = tf.reshape(pooled, [images.shape[0], -1]) as tf.Tensor2D;
  const weight = tensors[`${LINEAR}.weight`] as tf.Tensor2D;
  const logits = tf.add(tf.matMul(features, weight, false, true), tensors[`${LINEAR}.bias`]!) as tf.Tensor2D;
  return { logits, buffers };
}

/**
 * The fully scale-invariant ConvNet for 32x32 images: four blocks of convolution 3x3, normalisation without affine
 * parameters and ReLU, max-pooling after blocks 2, 3, 4 and once more by 4, and a frozen linear layer of norm 10.
 * Its scale-invariant groups are the four kernels.
 */
export function convNet({ width, classes = 10, channels = 3 }: ConvNetOptions): Model {
  const widths = [channels, width, 2 * width, 4 * width, 8 * width];
  const blocks = CONVOLUTION_PLACES.flatMap((place, i) => blockTensors(place, widths[i]!, widths[i + 1]!));
  return { name: 'convnet', classes, tensors: [...blocks, ...linearTensors(widths[4]!, classes)], forward };
}
