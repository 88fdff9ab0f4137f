import { describe, expect, it } from 'vitest';
import { BatchReader } from '../../../deep/data/batch-reader.js';

/** Three images of two channels of one row of two pixels. */
const set = {
  count: 3,
  channels: 2,
  height: 1,
  width: 2,
  pixels: Uint8Array.of(0, 255, 51, 102, 1, 2, 3, 4, 10, 20, 30, 40),
  labels: Uint8Array.of(7, 0, 9),
};

describe('a batch', () => {
  const reader = new BatchReader(set, { means: [0.5, 0.2], deviations: [0.25, 0.1] });

  it('is (pixel / 255 - mean) / deviation of each channel, by hand', () => {
    const { images, labels } = reader.read([0]);
    expect([...labels]).toEqual([7]);
    // Channel 0: 0 and 1; channel 1: 0.2 and 0.4.
    [-2, 2, 0, 2].forEach((value, i) => {
      expect(images[i]).toBeCloseTo(value, 6);
    });
  });

  it('holds the images asked for, in that order, even twice', () => {
    const { images, labels } = reader.read(Int32Array.of(2, 1, 2));
    expect([...labels]).toEqual([9, 0, 9]);
    expect(images.subarray(0, 4)).toEqual(images.subarray(8, 12));
    expect(images[0]).toBeCloseTo((10 / 255 - 0.5) / 0.25, 6);
    expect(images[4 + 2]).toBeCloseTo((3 / 255 - 0.2) / 0.1, 6);
  });
});
