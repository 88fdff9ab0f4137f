import { describe, expect, it } from 'vitest';
import { cropAndFlip } from '../../../deep/data/augmentation.js';
import { BatchReader } from '../../../deep/data/batch-reader.js';

const PLAIN = { means: [0], deviations: [1 / 255] };

describe('a placed image', () => {
  /** One image of 3x4 pixels: 1 2 3 4 / 5 6 7 8 / 9 10 11 12. */
  const image = {
    count: 1,
    channels: 1,
    height: 3,
    width: 4,
    pixels: Uint8Array.from({ length: 12 }, (_, i) => i + 1),
    labels: Uint8Array.of(0),
  };
  const placed = (down: number, right: number, mirrored: boolean) => {
    const augmentation = () => ({ down, right, mirrored });
    return Array.from(new BatchReader({ ...image, augmentation }, PLAIN).read([0], 0).images, Math.round);
  };

  it.each([
    ['stays', 0, 0, false, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['is mirrored left to right', 0, 0, true, [4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9]],
    ['moves down and right, black coming in', 1, 2, false, [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 5, 6]],
    ['moves up and left', -2, -1, false, [10, 11, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['is mirrored after it has moved', 1, 2, true, [0, 0, 0, 0, 2, 1, 0, 0, 6, 5, 0, 0]],
    ['can leave altogether', 3, 0, false, Array(12).fill(0)],
  ])('%s', (_, down, right, mirrored, expected) => {
    expect(placed(down, right, mirrored)).toEqual(expected);
  });

  it('is as it is on disk where no epoch is named', () => {
    const augmentation = () => ({ down: 1, right: 1, mirrored: true });
    const { images } = new BatchReader({ ...image, augmentation }, PLAIN).read([0]);
    expect(Array.from(images, Math.round)).toEqual([...image.pixels]);
  });

  it('has black from outside normalised like black inside', () => {
    const reader = new BatchReader(
      { ...image, augmentation: () => ({ down: 3, right: 0, mirrored: false }) },
      {
        means: [0.25],
        deviations: [0.5],
      },
    );
    expect([...new Set(reader.read([0], 0).images)]).toEqual([-0.5]);
  });

  it('is moved and mirrored the same when it is kept as a smaller grey plane', () => {
    const augmentation = () => ({ down: -1, right: 1, mirrored: true });
    const pixels = Uint8Array.of(1, 2, 3, 4);
    const grey = { ...image, channels: 1, height: 4, width: 4, pixels, grey: { height: 2, width: 2 }, augmentation };
    // In its frame: row 1 holds . 1 2 . ; up by one, right by one, mirrored: 2 1 . .
    const { images } = new BatchReader(grey, PLAIN).read([0], 0);
    expect(Array.from(images, Math.round)).toEqual([2, 1, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('crop and flip', () => {
  it('is a function of seed, epoch and image', () => {
    const [one, again, other] = [cropAndFlip(1), cropAndFlip(1), cropAndFlip(2)];
    const draw = (augmentation: typeof one, epoch: number) =>
      Array.from({ length: 30 }, (_, i) => JSON.stringify(augmentation(epoch, i)));
    // In another order, as a resumed run or another batch size would ask for them.
    expect(draw(again, 7).toReversed()).toEqual(draw(one, 7).toReversed());
    expect(draw(one, 7)).toEqual(draw(again, 7));
    expect(draw(one, 8)).not.toEqual(draw(one, 7));
    expect(draw(other, 7)).not.toEqual(draw(one, 7));
  });

  it('takes each of 9 x 9 places and both mirror states equally often', () => {
    const augmentation = cropAndFlip(3);
    const counts = new Map<string, number>();
    const draws = 162 * 200;
    for (let i = 0; i < draws; i += 1) {
      const { down, right, mirrored } = augmentation(Math.floor(i / 1000), i % 1000);
      const key = `${down} ${right} ${mirrored}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      expect(Math.max(Math.abs(down), Math.abs(right))).toBeLessThanOrEqual(4);
    }
    expect(counts.size).toBe(162);
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 200) ** 2 / 200, 0);
    // 161 degrees of freedom: mean 161, standard deviation 18.
    expect(chiSquare).toBeLessThan(161 + 4 * 18);
    expect(chiSquare).toBeGreaterThan(161 - 4 * 18);
  });
});
