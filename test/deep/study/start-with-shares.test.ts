import { describe, expect, it } from 'vitest';
import { withShares } from '../../../deep/study/start-with-shares.js';

describe('a start with other shares', () => {
  // Squared norms 25 of group (a), 9 + 16 of group (b, c): 50 in all.
  const tensors = new Map([
    ['a', Float32Array.of(3, 4)],
    ['b', Float32Array.of(3)],
    ['c', Float32Array.of(0, 4)],
    ['frozen', Float32Array.of(7)],
  ]);
  const groups = [['a'], ['b', 'c']];

  it('has them, and the joint norm of before; tensors of one group keep their ratio, all others their values', () => {
    const found = withShares(tensors, groups, [0.2, 0.8]);
    // 10 of 50: a factor of sqrt(10 / 25); 40 of 50: sqrt(40 / 25). Float32.
    const [small, large] = [Math.sqrt(0.4), Math.sqrt(1.6)];
    expect([...found.get('a')!]).toEqual([expect.closeTo(3 * small, 6), expect.closeTo(4 * small, 6)]);
    expect([...found.get('b')!, ...found.get('c')!]).toEqual([
      expect.closeTo(3 * large, 6),
      0,
      expect.closeTo(4 * large, 6),
    ]);
    expect([...found.get('frozen')!]).toEqual([7]);
    expect([...found.keys()]).toEqual([...tensors.keys()]);
  });

  it('is the same start where the shares are those it has', () => {
    expect(withShares(tensors, groups, [0.5, 0.5])).toEqual(tensors);
  });
});
