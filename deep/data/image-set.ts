import { createHash } from 'node:crypto';
import { UsageError } from '../../src/usage-error.js';

/** Images as bytes, channel by channel, row by row, one image after another, and their class numbers. */
export interface ImageSet {
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

export interface DataSet {
  readonly name: string;
  readonly classes: number;
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** Mean and standard deviation of each channel, of pixels in 0..1; images enter a network as (pixel - mean) / dev. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

const imageSize = ({ channels, height, width }: ImageSet): number => channels * height * width;

/** The first `count` images of a set. */
export function firstImages(set: ImageSet, count: number): ImageSet {
  if (count > set.count) throw new UsageError(`${count} images asked for; the data set has ${set.count}`);
  return {
    ...set,
    count,
    pixels: set.pixels.subarray(0, count * imageSize(set)),
    labels: set.labels.subarray(0, count),
  };
}

/** SHA-256 of images and labels, so that a run on disk can say what it was trained on. */
export const checksum = ({ train, test }: DataSet): string =>
  [train, test]
    .reduce((hash, { pixels, labels }) => hash.update(pixels).update(labels), createHash('sha256'))
    .digest('hex');

/** Turns images into normalised network input. */
export class BatchReader {
  private readonly tables: readonly Float32Array[];

  constructor(
    private readonly set: ImageSet,
    { means, deviations }: Pick<DataSet, 'means' | 'deviations'>,
  ) {
    this.tables = means.map((mean, channel) =>
      Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean) / deviations[channel]!),
    );
  }

  /** Images (NCHW) and labels at the given places of the set. */
  read(places: ArrayLike<number>): { images: Float32Array; labels: Int32Array } {
    const { channels, pixels } = this.set;
    const size = imageSize(this.set);
    const plane = size / channels;
    const images = new Float32Array(places.length * size);
    const labels = new Int32Array(places.length);
    for (let i = 0; i < places.length; i += 1) {
      const place = places[i]!;
      labels[i] = this.set.labels[place]!;
      this.tables.forEach((table, channel) => {
        const from = place * size + channel * plane;
        const to = i * size + channel * plane;
        for (let pixel = 0; pixel < plane; pixel += 1) images[to + pixel] = table[pixels[from + pixel]!]!;
      });
    }
    return { images, labels };
  }
}
