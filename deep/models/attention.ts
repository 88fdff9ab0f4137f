import * as tf from '@tensorflow/tfjs-core';
import { logSoftmax } from '../engine/second-order/log-softmax.js';
import { normaliseRows } from './normalise.js';
import { invariantMap, type TokenLayer, type Tokens } from './tokens.js';

export interface AttentionOptions {
  readonly features: number;
  readonly heads: number;
  /** The residual stream that the result is summed into. */
  readonly stream: string;
}

/** Features of each head by themselves: [images, heads, places, features a head]. */
function splitHeads(x: Tokens, heads: number): tf.Tensor4D {
  const [images, places, features] = x.shape;
  return tf.transpose(tf.reshape(x, [images, places, heads, features / heads]), [0, 2, 1, 3]);
}

function joinHeads(x: tf.Tensor4D): Tokens {
  const [images, heads, places, size] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [images, places, heads * size]);
}

/** Softmax over the last dimension; can be differentiated twice. */
const softmax = (x: tf.Tensor4D): tf.Tensor4D => tf.exp(logSoftmax(x));

/**
 * Self-attention with several heads, softmax(q k' / sqrt(n)) v for heads of n features, where queries q and keys k are normalised head
 * by head (QK-norm) and what is attended to before the last map: the maps of queries, keys and values are each scale-invariant, and
 * the last one is with the stream.
 */
export function attention(place: string, { features, heads, stream }: AttentionOptions): TokenLayer {
  const square = { inputs: features, outputs: features };
  const [query, key, value] = ['query', 'key', 'value'].map((name) => invariantMap(`${place}.${name}`, square)) as [
    TokenLayer,
    TokenLayer,
    TokenLayer,
  ];
  const out = invariantMap(`${place}.out`, { ...square, stream });
  return {
    tensors: [query, key, value, out].flatMap(({ tensors }) => tensors),
    apply(x, pass) {
      const [q, k] = [query, key].map((map) => normaliseRows(splitHeads(map.apply(x, pass), heads))) as [
        tf.Tensor4D,
        tf.Tensor4D,
      ];
      const scores: tf.Tensor4D = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(features / heads));
      const attended: tf.Tensor4D = tf.matMul(softmax(scores), splitHeads(value.apply(x, pass), heads));
      return out.apply(normaliseRows(joinHeads(attended)), pass);
    },
  };
}
