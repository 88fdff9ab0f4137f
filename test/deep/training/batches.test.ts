import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, type Order } from '../../../deep/training/batches.js';
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
