import { describe, expect, it } from 'vitest';
import { checksum } from '../../../deep/data/image-set.js';
import { corruptLabels, noisyPlaces } from '../../../deep/data/label-noise.js';
import { openData } from '../../../deep/data/open.js';

const COUNT = 20_000;
const CLASSES = 10;
const clean = {
  count: COUNT,
  channels: 1,
  height: 1,
  width: 1,
  pixels: new Uint8Array(COUNT),
  labels: Uint8Array.from({ length: COUNT }, (_, i) => i % CLASSES),
};
const changed = (labels: Uint8Array): number[] => [...labels.keys()].filter((i) => labels[i] !== clean.labels[i]);

/** Whether a count is that of `trials` coins of the given probability, within four standard deviations. */
const expectBinomial = (count: number, trials: number, probability: number): void =>
  expect(Math.abs(count - trials * probability)).toBeLessThan(4 * Math.sqrt(trials * probability * (1 - probability)));

describe('label noise', () => {
  it.each([0.05, 0.2, 1])('at %f changes nine of ten replaced labels: the tenth draws its own class', (fraction) => {
    const { labels } = corruptLabels(clean, CLASSES, fraction, 1);
    expectBinomial(changed(labels).length, COUNT, (fraction * (CLASSES - 1)) / CLASSES);
  });

  it('draws all classes equally often', () => {
    const { labels } = corruptLabels(clean, CLASSES, 1, 5);
    for (let label = 0; label < CLASSES; label += 1) {
      expectBinomial(labels.filter((value) => value === label).length, COUNT, 1 / CLASSES);
    }
  });

  it('repeats with the seed and not with another, and leaves the set it was given', () => {
    const [one, again, other] = [1, 1, 2].map((seed) => corruptLabels(clean, CLASSES, 0.3, seed).labels);
    expect(again).toEqual(one);
    expect(changed(other!)).not.toEqual(changed(one!));
    expect(clean.labels[13]).toBe(3);
  });

  it('at a larger fraction replaces what it replaced at a smaller one, by the same', () => {
    const [less, more] = [0.1, 0.4].map((fraction) => corruptLabels(clean, CLASSES, fraction, 1).labels);
    for (const i of changed(less!)) expect(more![i]).toBe(less![i]);
  });

  it('is in the training set only, in the checksum, and the same for the first images', () => {
    const options = { corrupt: 0.5, seed: 3 };
    const [plain, noisy] = [openData('fashion-mnist'), openData('fashion-mnist', options)];
    expect(noisy.test.labels).toEqual(plain.test.labels);
    expect(Buffer.compare(noisy.train.pixels, plain.train.pixels)).toBe(0);
    expect(checksum(noisy)).not.toBe(checksum(plain));
    const few = openData('fashion-mnist', { ...options, trainImages: 100 }).train.labels;
    expect(few).toEqual(noisy.train.labels.subarray(0, 100));
  });
});

it('the places of corrupted images are those whose labels were drawn anew, some of them as they were', () => {
  const labels = Uint8Array.from({ length: 2000 }, (_, i) => i % 10);
  const pixels = new Uint8Array(2000);
  const set = { count: 2000, channels: 1, height: 1, width: 1, pixels, labels };
  const noisy = corruptLabels(set, 10, 0.3, 5).labels;
  const { clean, corrupted } = noisyPlaces(2000, 10, 0.3, 5);
  expect([...clean, ...corrupted].sort((a, b) => a - b)).toEqual(Array.from(labels, (_, i) => i));
  expect(clean.filter((place) => noisy[place] !== labels[place])).toEqual([]);
  // Binomial: 600 +- 20 are drawn, and a tenth of them, 60 +- 7, as they were; 4 standard deviations.
  expect(Math.abs(corrupted.length - 600)).toBeLessThan(82);
  expect(Math.abs(corrupted.filter((place) => noisy[place] === labels[place]).length - 60)).toBeLessThan(30);
});
