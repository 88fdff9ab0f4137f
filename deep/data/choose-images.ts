import { randomSource, shuffledIndices } from '../../src/numerics/random.js';
import { UsageError } from '../../src/system/usage-error.js';
import { type DataSet, firstImages, type ImageSet, imagesAt } from './image-set.js';

/** Which images of a data set are trained on, and which are looked at beside them. */

/** The images that are held out of `count` training images: the last ones. Throws a UsageError where that is none of them, or all. */
export function heldOutCount(count: number, validation: number): number {
  const held = Math.round(validation * count);
  if (held >= 1 && held < count) return held;
  throw new UsageError(
    `--validation ${validation} holds out ${held} of ${count} training images; allowed: some, not all`,
  );
}

/** Holds the last images out of training: they take the place of the test images, which are not looked at. */
export function withValidation(data: DataSet, validation: number): DataSet {
  const { count } = data.train;
  const kept = count - heldOutCount(count, validation);
  const held = Array.from({ length: count - kept }, (_, i) => kept + i);
  return { ...data, train: firstImages(data.train, kept), test: imagesAt(data.train, held) };
}

/** The first images of each class, equally many of each and `count` together, in the order of the set. */
export function balancedImages(set: ImageSet, classes: number, count: number): ImageSet {
  if (count % classes !== 0)
    throw new UsageError(
      `--balanced needs as many images of each of ${classes} classes; --train-images ${count} is no multiple`,
    );
  const left = new Int32Array(classes).fill(count / classes);
  const places: number[] = [];
  for (let place = 0; place < set.count; place += 1) {
    const label = set.labels[place]!;
    if (left[label]! === 0) continue;
    left[label]! -= 1;
    places.push(place);
  }
  const short = left.findIndex((missing) => missing > 0);
  if (short < 0) return imagesAt(set, places);
  const found = count / classes - left[short]!;
  throw new UsageError(
    `class ${short} has ${found} images; --balanced --train-images ${count} needs ${count / classes} of each`,
  );
}

/** The stream of a seed that labels are shuffled with; that of label noise is its neighbour. */
const SHUFFLING_STREAM = 101;

/** The same images with their labels shuffled among them: each class as often as before, none of it to be learnt from an image. */
export function shuffleLabels(set: ImageSet, seed: number): ImageSet {
  const order = shuffledIndices(set.count, randomSource(seed, SHUFFLING_STREAM));
  return { ...set, labels: Uint8Array.from(order, (place) => set.labels[place]!) };
}
