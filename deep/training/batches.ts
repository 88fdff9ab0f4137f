import { type RandomSource, shuffledIndices } from '../../src/numerics/random.js';

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
