import { randomSource } from '../../src/numerics/random.js';
import type { ImageSet } from './image-set.js';

/** The stream of a seed that label noise is drawn from; those of training are small numbers. */
const LABEL_NOISE_STREAM = 100;

interface NoiseDraw {
  readonly replaced: boolean;
  readonly label: number;
}

/** What is drawn for each of so many images, one after another. */
function draws(count: number, classes: number, fraction: number, seed: number): NoiseDraw[] {
  const random = randomSource(seed, LABEL_NOISE_STREAM);
  return Array.from({ length: count }, () => {
    const replaced = random.uniform() < fraction;
    return { replaced, label: random.below(classes) };
  });
}

/**
 * The places of the images whose labels `corruptLabels` replaces (`corrupted`) and of the others (`clean`). A replaced label may have
 * been drawn as it was: it counts as corrupted, as in the official scripts.
 */
export function noisyPlaces(count: number, classes: number, fraction: number, seed: number) {
  const drawn = draws(count, classes, fraction, seed);
  const places = (wanted: boolean): number[] => drawn.flatMap(({ replaced }, i) => (replaced === wanted ? [i] : []));
  return { clean: places(false), corrupted: places(true) };
}

/**
 * The set with noise in its labels: each label, independently with probability `fraction`, is replaced by a class drawn
 * uniformly from all classes, its own included (so that a fraction of 1 is random labels). What an image gets depends on
 * the images before it only through their number, and the labels replaced at a fraction are replaced at every larger one.
 */
export function corruptLabels(set: ImageSet, classes: number, fraction: number, seed: number): ImageSet {
  const drawn = draws(set.count, classes, fraction, seed);
  const labels = set.labels.map((label, i) => (drawn[i]!.replaced ? drawn[i]!.label : label));
  return { ...set, labels };
}
