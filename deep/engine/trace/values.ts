import type { DataType } from '@tensorflow/tfjs-core';

/** One number everywhere; it has no node of the graph yet. */
export interface Uniform {
  readonly kind: 'uniform';
  readonly value: number;
}

/** A node whose dimensions lie in the order `order`: order[j] is the logical dimension at physical place j. */
export interface PlainNode {
  readonly kind: 'node';
  readonly name: string;
  readonly order: readonly number[];
}

/**
 * A node in onnxruntime's blocked layout, in which its convolutions run at the speed of the machine: images by blocks of
 * channels by rows by columns by the channels of a block. Logically NHWC. Channels are filled up to whole
 * blocks; the filling meets weights of 0 and has to stay finite.
 */
export interface BlockedNode {
  readonly kind: 'blocked';
  readonly name: string;
}

/** A blocked node times a vector with a number a channel; without a scale, times 1. */
export interface Term {
  readonly node: string;
  readonly scale?: string;
}

/** Not computed yet: the sum of the terms plus a number a channel. What is made of it decides how it is computed. */
export interface Affine {
  readonly kind: 'affine';
  readonly terms: readonly Term[];
  readonly shift?: string;
}

/** Not computed yet: the product, element by element. Its mean over a channel needs no memory for it. */
export interface Product {
  readonly kind: 'product';
  readonly a: Affine;
  readonly b: Affine;
}

export type Settled = Uniform | PlainNode;
export type Pending = BlockedNode | Affine | Product;
export type TracedValue = Settled | Pending;

interface Typed {
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** A value that any lowering understands. */
export type Traced = Settled & Typed;
/** A value as it was left by the operation that made it. */
export type AnyTraced = TracedValue & Typed;
/** A value in the blocked layout, computed or not. */
export type BlockedTraced = Pending & Typed;

export const isBlocked = (value: AnyTraced): value is BlockedTraced =>
  value.kind === 'blocked' || value.kind === 'affine' || value.kind === 'product';
