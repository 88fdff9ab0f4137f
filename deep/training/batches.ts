import { type RandomSource, shuffledIndices } from '../../src/numerics/random.js';
import type { Sampling } from '../../src/run/image-settings.js';

/** `sequential` takes the images in file order, `shuffled` in a new random order every epoch. */
export const ORDERS = ['shuffled', 'sequential'] as const;
export type Order = (typeof ORDERS)[number];

/** Endless batches of image numbers, epoch after epoch; the last batch of an epoch holds what is left. */
export function* batches(count: number, batch: number, order: Order, random: RandomSource): Generator<Int32Array> {
  const inOrder = Int32Array.from({ length: count }, (_, i) => i);
  while (true) {
    const indices = order === 'shuffled' ? shuffledIndices(count, random) : inOrder;
    for (let start = 0; start < count; start += batch) yield indices.subarray(start, start + batch);
  }
}

/**
 * Endless batches drawn with replacement: every image number uniform and independent of all others, so that E[g_a | x] = grad F (the
 * condition of T14). All batches are whole.
 */
export function* independentBatches(count: number, batch: number, random: RandomSource): Generator<Int32Array> {
  while (true) yield Int32Array.from({ length: batch }, () => random.below(count));
}

/** How the batches of a run are drawn. */
export interface BatchDrawing {
  readonly count: number;
  readonly batch: number;
  readonly order: Order;
  readonly sampling: Sampling;
}

/** The batches of a run, one after another. */
export const drawBatches = (
  { count, batch, order, sampling }: BatchDrawing,
  random: RandomSource,
): Generator<Int32Array> =>
  sampling === 'with' ? independentBatches(count, batch, random) : batches(count, batch, order, random);
