import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, drawBatches, independentBatches, type Order } from '../../../deep/training/batches.js';
import { randomSource } from '../../../src/numerics/random.js';

const take = (number: number, count: number, batch: number, order: Order, seed = 1): number[][] => {
  const all = batches(count, batch, order, randomSource(seed));
  return Array.from({ length: number }, () => [...(all.next().value as Int32Array)]);
};

describe('batches', () => {
  it('in sequence go through the file, the last one partial, and begin again', () => {
    expect(take(5, 5, 2, 'sequential')).toEqual([[0, 1], [2, 3], [4], [0, 1], [2, 3]]);
    expect(take(3, 4, 2, 'sequential')).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
    ]);
    expect(take(2, 3, 3, 'sequential')).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  it('shuffled hold every image once an epoch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (count, batch, seed) => {
        const perEpoch = Math.ceil(count / batch);
        const all = take(2 * perEpoch, count, batch, 'shuffled', seed);
        for (const epoch of [all.slice(0, perEpoch), all.slice(perEpoch)]) {
          expect(epoch.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
          for (const [i, places] of epoch.entries()) {
            expect(places.length).toBe(i < perEpoch - 1 ? batch : count - batch * (perEpoch - 1));
          }
        }
      }),
      { seed: 1 },
    );
  });

  it('shuffled differ from epoch to epoch and from seed to seed, and repeat with the seed', () => {
    const [first, second] = [take(4, 100, 50, 'shuffled').slice(0, 2), take(4, 100, 50, 'shuffled').slice(2)];
    expect(first.flat()).not.toEqual(second.flat());
    expect(take(4, 100, 50, 'shuffled', 1)).toEqual([...first, ...second]);
    expect(take(2, 100, 50, 'shuffled', 2)).not.toEqual(first);
  });

  it('already handed out are not changed by those that follow', () => {
    const all = batches(6, 3, 'shuffled', randomSource(1));
    const first = all.next().value as Int32Array;
    const copy = [...first];
    for (let i = 0; i < 7; i += 1) all.next();
    expect([...first]).toEqual(copy);
  });
});

describe('batches with replacement', () => {
  const [COUNT, BATCH, STEPS] = [50, 10, 20_000];
  const drawn = (sampling: 'with' | 'without', seed = 3): number[][] => {
    const all = drawBatches({ count: COUNT, batch: BATCH, order: 'shuffled', sampling }, randomSource(seed));
    return Array.from({ length: STEPS }, () => [...(all.next().value as Int32Array)]);
  };
  /** How often each image is in a batch. */
  const countsOf = (batch: readonly number[]): number[] =>
    batch.reduce((counts, image) => counts.with(image, counts[image]! + 1), new Array<number>(COUNT).fill(0));
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

  it('are whole, and hold every image equally often', () => {
    const all = drawn('with');
    expect(new Set(all.map((batch) => batch.length))).toEqual(new Set([BATCH]));
    const counts = countsOf(all.flat());
    const expected = (STEPS * BATCH) / COUNT;
    // Chi-squared of 49 degrees: mean 49, deviation sqrt(98) = 9.9; four of these either way.
    const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(Math.abs(chi - (COUNT - 1))).toBeLessThan(4 * Math.sqrt(2 * (COUNT - 1)));
    expect(all.some((batch) => new Set(batch).size < BATCH)).toBe(true);
  });

  it('are independent of one another, which epochs are not', () => {
    // Images that two batches have in common, B^2 / n = 2 on average; independent draws have a variance of nearly as much.
    const common = (sampling: 'with' | 'without'): number => {
      const counts = drawn(sampling).map(countsOf);
      const pairs = Array.from({ length: STEPS / 2 }, (_, i) => dot(counts[2 * i]!, counts[2 * i + 1]!));
      return pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
    };
    const error = Math.sqrt((BATCH * BATCH) / COUNT / (STEPS / 2));
    expect(Math.abs(common('with') - 2)).toBeLessThan(4 * error);
    // Five batches an epoch: four in five pairs are of one epoch and have nothing in common, the others 2.
    expect(Math.abs(common('without') - 0.4)).toBeLessThan(4 * error);
  });

  it('repeat with the seed, and go on from the middle as if from the start', () => {
    expect(drawn('with').slice(0, 9)).toEqual(drawn('with').slice(0, 9));
    expect(drawn('with', 4)[0]).not.toEqual(drawn('with')[0]);
    const all = independentBatches(COUNT, BATCH, randomSource(3));
    for (let i = 0; i < 7; i += 1) all.next();
    expect([...(all.next().value as Int32Array)]).toEqual(drawn('with')[7]);
  });

  it('leave epochs as they were where nothing is asked for', () => {
    expect(drawn('without').slice(0, 8)).toEqual(take(8, COUNT, BATCH, 'shuffled', 3));
  });
});
