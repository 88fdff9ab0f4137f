import { expect, it } from 'vitest';
import type { ImageSet } from '../../../deep/data/image-set.js';
import { measureSignal } from '../../../deep/evaluate/ends-in-batches.js';
import { convNet } from '../../../deep/models/convnet.js';
import { mean } from '../../../src/numerics/means.js';
import { drawnWeights, noisyData, smallSetting } from '../observe/setting.js';

/** Normalised image by image, so that the gradient of a batch is the mean of those of its images. */
const model = convNet({ width: 1, norm: 'layer' });
const data = noisyData(6, 1);
const weights = drawnWeights(model, 3);

const inOrder = (set: ImageSet, order: readonly number[]): ImageSet => {
  const size = set.pixels.length / set.count;
  const pixels = order.flatMap((image) => [...set.pixels.subarray(image * size, (image + 1) * size)]);
  return { ...set, pixels: Uint8Array.from(pixels), labels: Uint8Array.from(order, (image) => set.labels[image]!) };
};

const signalOf = (order: readonly number[], batch: number) =>
  measureSignal({ ...smallSetting, model, batch, data: { ...data, train: inOrder(data.train, order) } }, weights);

/** All ways to make pairs of a set. */
const pairings = ([first, ...others]: readonly number[]): number[][] =>
  first === undefined
    ? [[]]
    : others.flatMap((second) =>
        pairings(others.filter((each) => each !== second)).map((rest) => [first, second, ...rest]),
      );

it('the variance of the gradient of one image is found from batches of any size, on average over how images are put together', async () => {
  const alone = await signalOf([0, 1, 2, 3, 4, 5], 1);
  const orders = pairings([0, 1, 2, 3, 4, 5]);
  expect(orders).toHaveLength(15);
  const pairs: Awaited<ReturnType<typeof signalOf>>[] = [];
  for (const order of orders) pairs.push(await signalOf(order, 2));
  // Gradients in float32.
  expect(mean(pairs.map(({ noise }) => noise)) / alone.noise).toBeCloseTo(1, 4);
  expect(Math.max(...pairs.map(({ noise }) => noise / alone.noise))).toBeGreaterThan(1.05);
  // |g|^2 of the mean gradient does not depend on the order: |g|^2 = tr C_1/b x s / (1 - s).
  const square = ({ noise, signal }: typeof alone, batch: number) => ((noise / batch) * signal) / (1 - signal);
  for (const pair of pairs) {
    expect(square(pair, 2) / square(alone, 1)).toBeCloseTo(1, 4);
    expect(pair.loss / alone.loss).toBeCloseTo(1, 5);
  }
});

it('a last batch of fewer images is left out, and a batch of all images tells nothing', async () => {
  const [whole, rest] = [await signalOf([0, 1, 2, 3], 4), await signalOf([0, 1, 2, 3, 4, 5], 4)];
  expect(whole.signal).toBeNaN();
  expect(rest.signal).toBeGreaterThan(0);
});
