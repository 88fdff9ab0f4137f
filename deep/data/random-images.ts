import { randomSource } from '../../src/numerics/random.js';
import type { DataSet, ImageSet } from './image-set.js';

const SIDE = 32;
const CHANNELS = 3;
const CLASSES = 10;

/** Noise of the shape that networks take, for timing and comparing engines; the same every time. */
export function randomImages(count: number): DataSet {
  const random = randomSource(1);
  const pixels = Uint8Array.from({ length: count * CHANNELS * SIDE * SIDE }, () => random.below(256));
  const labels = Uint8Array.from({ length: count }, () => random.below(CLASSES));
  const set: ImageSet = { count, channels: CHANNELS, height: SIDE, width: SIDE, pixels, labels };
  const means = Array.from({ length: CHANNELS }, () => 0.5);
  const deviations = Array.from({ length: CHANNELS }, () => 0.3);
  return { name: 'random', classes: CLASSES, train: set, test: set, means, deviations };
}
