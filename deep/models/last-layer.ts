import * as tf from '@tensorflow/tfjs-core';
import type { LastLayer } from '../../src/run/network-variants.js';
import { inverseNorm } from './inverse-norm.js';
import type { Layer } from './layer.js';
import { type Architecture, type ModelTensor, type Role, uniformInitial } from './model.js';

/** What a fixed weight is scaled to, and an invariant one in every pass, where nobody says. */
export const LAST_LAYER_NORM = 10;

export interface LastLayerOptions extends Pick<Architecture, 'affine' | 'lastLayer' | 'initScale'> {
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
}

const ROLES: Readonly<Record<LastLayer, Role>> = { fixed: 'frozen', trained: 'free', invariant: 'sphere' };

/** The kind of last layer that an architecture has. */
export const lastLayerOf = ({ affine = false, lastLayer }: Pick<Architecture, 'affine' | 'lastLayer'>): LastLayer =>
  lastLayer ?? (affine ? 'trained' : 'fixed');

/**
 * The linear layer from features, of which nothing but channels is left, to logits W f + b. Where it is invariant, weight and bias are
 * one group: the logits are s (W f + b) / |(W, b)|, with `initScale` for s.
 */
export function linear(place: string, options: LastLayerOptions): Layer<tf.Tensor2D, tf.Tensor> {
  const { inputs, outputs, bias } = options;
  const kind = lastLayerOf(options);
  const { initScale: scale = kind === 'trained' ? undefined : LAST_LAYER_NORM } = options;
  const named = (suffix: string, shape: readonly number[]): ModelTensor => ({
    name: `${place}.${suffix}`,
    shape,
    layout: 'plain',
    role: ROLES[kind],
    initial: uniformInitial(shape, inputs),
    ...(kind === 'invariant' ? { stream: place } : {}),
  });
  const weight = named('weight', [outputs, inputs]);
  const shift = bias ? named('bias', [outputs]) : undefined;
  const starts = kind === 'invariant' || scale === undefined ? weight : { ...weight, scale };
  const tensors = [starts, ...(shift ? [shift] : [])];
  return {
    tensors,
    apply(x, { tensors: given }) {
      const features = tf.reshape(x, [x.shape[0]!, -1]) as tf.Tensor2D;
      const products: tf.Tensor = tf.matMul(features, given[weight.name] as tf.Tensor2D, false, true);
      const logits = (shift ? tf.add(products, given[shift.name]!) : products) as tf.Tensor2D;
      if (kind !== 'invariant') return logits;
      const squares = tensors.map(({ name }) => tf.sum(tf.square(given[name]!)));
      return tf.mul(logits, tf.mul(inverseNorm(tf.addN(squares)), scale!));
    },
  };
}
