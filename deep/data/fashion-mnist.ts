import { join } from 'node:path';
import { packageRoot } from '../../src/package.js';
import { readIdx } from './idx.js';
import type { DataSet, ImageSet } from './image-set.js';

const SIDE = 32;
const CHANNELS = 3;
const CLASSES = 10;
/** Mean and deviation of all 60,000 training images, of pixels in 0..1. */
const MEAN = 0.286;
const DEVIATION = 0.353;

/** A grey image centred on a black 32x32 square, the same in three channels: the shape that the networks take. */
function padded(image: Uint8Array, height: number, width: number): Uint8Array {
  const plane = new Uint8Array(SIDE * SIDE);
  const top = (SIDE - height) / 2;
  const left = (SIDE - width) / 2;
  for (let row = 0; row < height; row += 1) {
    plane.set(image.subarray(row * width, (row + 1) * width), (top + row) * SIDE + left);
  }
  const pixels = new Uint8Array(CHANNELS * plane.length);
  for (let channel = 0; channel < CHANNELS; channel += 1) pixels.set(plane, channel * plane.length);
  return pixels;
}

function readSet(directory: string, prefix: string): ImageSet {
  const { shape, data } = readIdx(join(directory, `${prefix}-images-idx3-ubyte.gz`));
  const { data: labels } = readIdx(join(directory, `${prefix}-labels-idx1-ubyte.gz`));
  const [count, height, width] = shape as [number, number, number];
  const pixels = new Uint8Array(count * CHANNELS * SIDE * SIDE);
  for (let i = 0; i < count; i += 1) {
    const image = data.subarray(i * height * width, (i + 1) * height * width);
    pixels.set(padded(image, height, width), i * CHANNELS * SIDE * SIDE);
  }
  return { count, channels: CHANNELS, height: SIDE, width: SIDE, pixels, labels };
}

/** The 2,000 training and 500 test images of Fashion-MNIST that come with the package. */
export function embeddedFashionMnist(): DataSet {
  const directory = join(packageRoot(), 'deep/data/fashion-mnist');
  return {
    name: 'fashion-mnist',
    classes: CLASSES,
    train: readSet(directory, 'train'),
    test: readSet(directory, 't10k'),
    means: Array.from({ length: CHANNELS }, () => MEAN),
    deviations: Array.from({ length: CHANNELS }, () => DEVIATION),
  };
}
