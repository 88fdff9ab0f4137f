import { randomSource } from '../../src/numerics/random.js';
import type { ImageSet } from './image-set.js';

/** The stream of a seed that label noise is drawn from; those of training are small numbers. */
const LABEL_NOISE_STREAM = 100;

/**
 * The set with noise in its labels: each label, independently with probability `fraction`, is replaced by a class drawn
 * uniformly from all classes, its own included (so that a fraction of 1 is random labels). What an image gets depends on
 * the images before it only through their number, and the labels replaced at a fraction are replaced at every larger one.
 */
export function corruptLabels(set: ImageSet, classes: number, fraction: number, seed: number): ImageSet {
  const random = randomSource(seed, LABEL_NOISE_STREAM);
  const labels = set.labels.map((label) => {
    const replaced = random.uniform() < fraction;
    const drawn = random.below(classes);
    return replaced ? drawn : label;
  });
  return { ...set, labels };
}
