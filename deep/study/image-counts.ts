import { countTestImages, countTrainImages } from '../data/open.js';

/** Numbers of images of data sets, each counted once. */
export interface ImageCounts {
  train(data: string, trainImages?: number): number;
  test(data: string): number;
}

export function imageCounts(): ImageCounts {
  const counts = new Map<string, number>();
  const once = (key: string, counted: () => number): number => {
    const count = counts.get(key) ?? counted();
    counts.set(key, count);
    return count;
  };
  return {
    train: (data, trainImages) => once(JSON.stringify([data, trainImages]), () => countTrainImages(data, trainImages)),
    test: (data) => once(JSON.stringify([data]), () => countTestImages(data)),
  };
}
