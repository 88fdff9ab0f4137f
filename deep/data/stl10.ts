import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedFile, explainReading } from '../../src/system/reading-error.js';
import { findFile, sizeOfFile } from './data-file.js';
import type { Format, Part } from './format.js';
import type { ImageSet } from './image-set.js';

/**
 * STL-10 in its binary layout: images of 96x96, each plane column by column, and labels 1 to 10. Networks here see 32x32: each
 * pixel is the rounded mean of a square of nine.
 */

const KEPT_SIDE = 96;
const SIDE = 32;
const FACTOR = KEPT_SIDE / SIDE;
const CHANNELS = 3;
const KEPT = CHANNELS * KEPT_SIDE * KEPT_SIDE;
const CLASSES = 10;

const fileOf = (part: Part, kind: 'X' | 'y'): string => `${part}_${kind}.bin`;

const sizeOf = (path: string): number =>
  sizeOfFile(path, `an STL-10 folder holds ${fileOf('train', 'X')} ... ${fileOf('test', 'y')}`);

function stlCount(path: string): number {
  const size = sizeOf(path);
  if (size > 0 && size % KEPT === 0) return size / KEPT;
  throw new DamagedFile(`${path} has ${size} bytes; allowed: a multiple of ${KEPT}, the size of an image`);
}

function readLabels(path: string): Uint8Array {
  sizeOf(path);
  return Uint8Array.from(
    explainReading(path, () => readFileSync(path)),
    (label, i) => {
      if (label < 1 || label > CLASSES)
        throw new DamagedFile(`image ${i} in ${path} has label ${label}; allowed: 1 to ${CLASSES}`);
      return label - 1;
    },
  );
}

/** The mean of the nine pixels of a square of a plane that is kept column by column. */
function squareMean(plane: Uint8Array, row: number, column: number): number {
  let sum = 0;
  for (let right = 0; right < FACTOR; right += 1)
    for (let down = 0; down < FACTOR; down += 1)
      sum += plane[(FACTOR * column + right) * KEPT_SIDE + FACTOR * row + down]!;
  return Math.round(sum / FACTOR ** 2);
}

function reduced(bytes: Uint8Array): Uint8Array {
  const planes = bytes.length / KEPT_SIDE ** 2;
  const pixels = new Uint8Array(planes * SIDE * SIDE);
  for (let i = 0; i < planes; i += 1) {
    const plane = bytes.subarray(i * KEPT_SIDE ** 2, (i + 1) * KEPT_SIDE ** 2);
    for (let row = 0; row < SIDE; row += 1)
      for (let column = 0; column < SIDE; column += 1)
        pixels[(i * SIDE + row) * SIDE + column] = squareMean(plane, row, column);
  }
  return pixels;
}

function readPart(directory: string, part: Part): ImageSet {
  const [images, names] = [join(directory, fileOf(part, 'X')), join(directory, fileOf(part, 'y'))];
  const count = stlCount(images);
  const labels = readLabels(names);
  if (labels.length !== count) throw new DamagedFile(`${names} has ${labels.length} labels for ${count} images`);
  const pixels = reduced(explainReading(images, () => readFileSync(images)));
  if (pixels.length !== count * CHANNELS * SIDE * SIDE)
    throw new DamagedFile(`${images} was truncated while it was being read`);
  return { count, channels: CHANNELS, height: SIDE, width: SIDE, pixels, labels };
}

export const stl10Format: Format = {
  files: (['train', 'test'] as const).flatMap((part) => [fileOf(part, 'X'), fileOf(part, 'y')]),
  find: findFile,
  count: (directory, part) => stlCount(join(directory, fileOf(part, 'X'))),
  filesOf: (directory, part) => {
    const path = join(directory, fileOf(part, 'X'));
    return [{ path, images: stlCount(path) }];
  },
  read: readPart,
  checkFile: (path, file) => {
    if (file.includes('_y')) readLabels(path);
    else stlCount(path);
  },
};
