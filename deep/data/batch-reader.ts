import { CENTRED, type Placement } from './augmentation.js';
import { type DataSet, type ImageSet, type KeptPlane, keptPlane } from './image-set.js';

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

  /** Images (NCHW) and labels at the given places of the set; with an epoch, as that epoch's augmentation has them. */
  read(places: ArrayLike<number>, epoch?: number): { images: Float32Array; labels: Int32Array } {
    const { channels, height, width, augmentation } = this.set;
    const images = new Float32Array(places.length * channels * height * width);
    const labels = new Int32Array(places.length);
    for (let i = 0; i < places.length; i += 1) {
      const place = places[i]!;
      labels[i] = this.set.labels[place]!;
      const placement = epoch === undefined ? CENTRED : (augmentation?.(epoch, place) ?? CENTRED);
      this.tables.forEach((table, channel) => {
        const start = (i * channels + channel) * height * width;
        const plane = images.subarray(start, start + height * width);
        this.draw(plane, keptPlane(this.set, place, channel), table, placement);
      });
    }
    return { images, labels };
  }

  /** One channel of an image; what the kept pixels do not cover is black. */
  private draw(plane: Float32Array, kept: KeptPlane, table: Float32Array, { down, right, mirrored }: Placement): void {
    const { height, width } = this.set;
    const { pixels } = this.set;
    const top = kept.top + down;
    const left = kept.left + right;
    const [firstRow, lastRow] = [Math.max(0, top), Math.min(height, top + kept.height)];
    const [first, last] = [Math.max(0, left), Math.min(width, left + kept.width)];
    if (lastRow - firstRow < height || last - first < width) plane.fill(table[0]!);
    for (let row = firstRow; row < lastRow; row += 1) {
      const from = kept.from + (row - top) * kept.width - left;
      const line = row * width;
      if (mirrored) for (let x = first; x < last; x += 1) plane[line + width - 1 - x] = table[pixels[from + x]!]!;
      else for (let x = first; x < last; x += 1) plane[line + x] = table[pixels[from + x]!]!;
    }
  }
}
