import { describe, expect, it } from 'vitest';
import { balancedImages, heldOutCount, shuffleLabels, withValidation } from '../../../deep/data/choose-images.js';
import type { DataSet, ImageSet } from '../../../deep/data/image-set.js';
import { countTestImages, countTrainImages, openData } from '../../../deep/data/open.js';
import { UsageError } from '../../../src/system/usage-error.js';

/** Images of two by two pixels, each of which is its number, so that what is chosen can be read off. */
function numbered(labels: readonly number[]): ImageSet {
  const pixels = Uint8Array.from(labels.flatMap((_, i) => [i, i, i, i]));
  return { count: labels.length, channels: 1, height: 2, width: 2, pixels, labels: Uint8Array.from(labels) };
}
const numbers = ({ pixels, count }: ImageSet): number[] => Array.from({ length: count }, (_, i) => pixels[4 * i]!);

describe('a validation set', () => {
  const train = numbered([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
  const data: DataSet = { name: 'n', classes: 3, train, test: numbered([0]), means: [0], deviations: [1] };

  it('is the last images of those for training, which are trained on no more', () => {
    const { train: rest, test } = withValidation(data, 0.3);
    expect([numbers(rest), numbers(test)]).toEqual([
      [0, 1, 2, 3, 4, 5, 6],
      [7, 8, 9],
    ]);
    expect([...test.labels]).toEqual([1, 2, 0]);
  });

  it('holds some images, and not all', () => {
    expect([0.1, 0.149, 0.15, 0.9].map((share) => heldOutCount(10, share))).toEqual([1, 1, 2, 9]);
    for (const share of [0.04, 0.96]) expect(() => heldOutCount(10, share)).toThrow(UsageError);
  });

  it('of a data set is counted without reading it, and does not depend on how many images are trained on', () => {
    const name = 'fashion-mnist';
    const whole = openData(name);
    const few = openData(name, { validation: 0.1, trainImages: 50 });
    expect([countTrainImages(name, undefined, 0.1), countTestImages(name, 0.1)]).toEqual([1800, 200]);
    expect([few.train.count, few.test.count]).toEqual([50, 200]);
    expect([...few.test.labels]).toEqual([...whole.train.labels.subarray(1800)]);
    expect(few.test.pixels).toEqual(whole.train.pixels.slice(1800 * 3 * 32 * 32));
    expect(() => countTrainImages(name, 1801, 0.1)).toThrow(/the data set has 1800/);
    // Noise is for what is trained on.
    expect(openData(name, { validation: 0.1, corrupt: 1 }).test.labels).toEqual(few.test.labels);
  });
});

describe('a balanced subset', () => {
  const set = numbered([0, 0, 0, 1, 2, 1, 0, 2, 2, 1]);

  it('has the first images of each class, in the order of the set', () => {
    expect(numbers(balancedImages(set, 3, 6))).toEqual([0, 1, 3, 4, 5, 7]);
    expect([...balancedImages(set, 3, 3).labels]).toEqual([0, 1, 2]);
  });

  it('of numbers that cannot be is refused in one line', () => {
    expect(() => balancedImages(set, 3, 5)).toThrow(/3 classes; --train-images 5 is no multiple/);
    expect(() => balancedImages(set, 3, 12)).toThrow(
      /class 1 has 3 images; --balanced --train-images 12 needs 4 of each/,
    );
  });

  it('of a data set is balanced', () => {
    const { labels } = openData('fashion-mnist', { trainImages: 100, balanced: true }).train;
    for (let label = 0; label < 10; label += 1) expect(labels.filter((each) => each === label).length).toBe(10);
  });
});

describe('shuffled labels', () => {
  const labels = Array.from({ length: 3000 }, (_, i) => i % 3);
  const set = numbered(labels);

  it('are the same labels on the same images in another order, which the seed decides', () => {
    const shuffled = shuffleLabels(set, 1);
    expect(shuffled.pixels).toBe(set.pixels);
    expect([...shuffled.labels].sort()).toEqual([...set.labels].sort());
    expect(shuffleLabels(set, 1)).toEqual(shuffled);
    expect(shuffleLabels(set, 2).labels).not.toEqual(shuffled.labels);
    // A third stays by chance, with a standard deviation of sqrt(3000 x 2/9) = 26: within four of them.
    const kept = shuffled.labels.filter((label, i) => label === labels[i]).length;
    expect(Math.abs(kept - 1000)).toBeLessThan(104);
  });
});
