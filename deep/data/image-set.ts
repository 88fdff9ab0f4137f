import { createHash } from 'node:crypto';
import { UsageError } from '../../src/system/usage-error.js';
import type { Augmentation } from './augmentation.js';

/** Images as bytes, channel by channel, row by row, one image after another, and their class numbers. */
export interface ImageSet {
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  /**
   * Where `pixels` are kept smaller than networks see them: one grey plane of this size an image, to be centred on black,
   * the same in every channel.
   */
  readonly grey?: { readonly height: number; readonly width: number };
  /** How the images are changed from epoch to epoch, where they are. */
  readonly augmentation?: Augmentation;
}

/** Training and test images with their labels. */
export interface DataSet {
  readonly name: string;
  readonly classes: number;
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** Mean and standard deviation of each channel, of pixels in 0..1; images enter a network as (pixel - mean) / dev. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** Bytes of an image as it is kept. */
const keptSize = ({ channels, height, width, grey }: ImageSet): number =>
  grey === undefined ? channels * height * width : grey.height * grey.width;

/** The first `count` images of a set. */
export function firstImages(set: ImageSet, count: number): ImageSet {
  if (count > set.count) throw new UsageError(`${count} images requested; the data set has ${set.count}`);
  return {
    ...set,
    count,
    pixels: set.pixels.subarray(0, count * keptSize(set)),
    labels: set.labels.subarray(0, count),
  };
}

/** The images of a set at some places, in that order. */
export function imagesAt(set: ImageSet, places: readonly number[]): ImageSet {
  const size = keptSize(set);
  const pixels = new Uint8Array(places.length * size);
  places.forEach((place, i) => {
    pixels.set(set.pixels.subarray(place * size, (place + 1) * size), i * size);
  });
  const labels = Uint8Array.from(places, (place) => set.labels[place]!);
  return { ...set, count: places.length, pixels, labels };
}

/** Where the plane of one channel is kept, and how far its first pixel is from the corner of the image. */
export interface KeptPlane {
  readonly from: number;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

export function keptPlane(set: ImageSet, place: number, channel: number): KeptPlane {
  const { height, width, grey } = set;
  const from = place * keptSize(set);
  if (grey === undefined) return { from: from + channel * height * width, height, width, top: 0, left: 0 };
  return { from, ...grey, top: (height - grey.height) / 2, left: (width - grey.width) / 2 };
}

/** The pixels of image `place` as networks see them, before normalisation. */
export function imageBytes(set: ImageSet, place: number): Uint8Array {
  const { channels, height, width, pixels, grey } = set;
  const size = keptSize(set);
  if (grey === undefined) return pixels.subarray(place * size, (place + 1) * size);
  const image = new Uint8Array(channels * height * width);
  const { from, top, left } = keptPlane(set, place, 0);
  for (let row = 0; row < grey.height; row += 1) {
    const line = pixels.subarray(from + row * grey.width, from + (row + 1) * grey.width);
    image.set(line, (top + row) * width + left);
  }
  for (let channel = 1; channel < channels; channel += 1) image.copyWithin(channel * height * width, 0, height * width);
  return image;
}

/** The same images, kept as networks see them. */
export function asSeen(set: ImageSet): ImageSet {
  const { grey, ...rest } = set;
  if (grey === undefined) return set;
  const size = set.channels * set.height * set.width;
  const pixels = new Uint8Array(set.count * size);
  for (let place = 0; place < set.count; place += 1) pixels.set(imageBytes(set, place), place * size);
  return { ...rest, pixels };
}

/** SHA-256 of images as networks see them and labels, so that a run on disk can say what it was trained on. */
export function checksum({ train, test }: DataSet): string {
  const hash = createHash('sha256');
  for (const set of [train, test]) {
    if (set.grey === undefined) hash.update(set.pixels);
    else for (let place = 0; place < set.count; place += 1) hash.update(imageBytes(set, place));
    hash.update(set.labels);
  }
  return hash.digest('hex');
}
