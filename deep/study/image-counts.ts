import { countTestImages, countTrainImages } from '../data/open.js';
import { DEFAULT_RUN, type NetworkSpec } from './spec.js';

/** Numbers of images of data sets, each counted once. */
export interface ImageCounts {
  train(data: string, trainImages?: number, validation?: number): number;
  test(data: string, validation?: number): number;
}

export function imageCounts(): ImageCounts {
  const counts = new Map<string, number>();
  const once = (key: string, counted: () => number): number => {
    const count = counts.get(key) ?? counted();
    counts.set(key, count);
    return count;
  };
  return {
    train: (data, trainImages, validation) =>
      once(JSON.stringify(['train', data, trainImages, validation]), () =>
        countTrainImages(data, trainImages, validation),
      ),
    test: (data, validation) =>
      once(JSON.stringify(['test', data, validation]), () => countTestImages(data, validation)),
  };
}

/** How many training images a network sees. */
export const trainImagesOf = ({ data = DEFAULT_RUN.data, trainImages, validation }: NetworkSpec): number =>
  countTrainImages(data, trainImages, validation);
