import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedFile } from '../../src/system/reading-error.js';
import { UsageError } from '../../src/system/usage-error.js';
import { type IdxArray, readIdx, readIdxShape } from './idx.js';
import type { ImageSet } from './image-set.js';

/** MNIST and its relatives: a file of images and one of labels in the idx format, plain or gzipped. */

const SIDE = 32;
const CHANNELS = 3;

export const IDX_PARTS = ['train', 't10k'] as const;
export type IdxPart = (typeof IDX_PARTS)[number];

const idxFile = (part: IdxPart, kind: 'images' | 'labels'): string =>
  `${part}-${kind}-idx${kind === 'images' ? 3 : 1}-ubyte`;

/** The four files of a set, without .gz. */
export const IDX_FILES = IDX_PARTS.flatMap((part) => [idxFile(part, 'images'), idxFile(part, 'labels')]);

/** The file of a folder, plain or gzipped; undefined where there is neither. */
export const findIdxFile = (directory: string, file: string): string | undefined =>
  [join(directory, file), join(directory, `${file}.gz`)].find((path) => existsSync(path));

function idxPath(directory: string, file: string): string {
  const path = findIdxFile(directory, file);
  if (path === undefined) throw new UsageError(`${join(directory, file)} is missing, both plain and as .gz`);
  return path;
}

/** Throws where an array of images has no shape that fits networks. */
function checkImageShape(shape: readonly number[], path: string): void {
  const [count = 0, height = 0, width = 0] = shape;
  const fits = (side: number): boolean => side >= 1 && side <= SIDE && side % 2 === 0;
  if (shape.length !== 3 || count < 1 || !fits(height) || !fits(width)) {
    throw new UsageError(
      `${path} has shape ${shape.join('x')}; allowed: images of an even height and width up to ${SIDE}`,
    );
  }
}

export function readIdxImages(path: string): IdxArray {
  const images = readIdx(path);
  checkImageShape(images.shape, path);
  return images;
}

export function readIdxLabels(path: string, classes: number): IdxArray {
  const labels = readIdx(path);
  if (labels.shape.length !== 1)
    throw new DamagedFile(`${path} has shape ${labels.shape.join('x')}; allowed: one number`);
  const wrong = labels.data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new DamagedFile(`image ${wrong} in ${path} has label ${labels.data[wrong]}; allowed: 0 to ${classes - 1}`);
  }
  return labels;
}

/** Number of images of a part, by the header of its file. */
export function idxCount(directory: string, part: IdxPart): number {
  const path = idxPath(directory, idxFile(part, 'images'));
  const shape = readIdxShape(path);
  checkImageShape(shape, path);
  return shape[0]!;
}

/** The images of a part, kept grey and as large as they are on disk; networks see them as 3x32x32. */
export function readIdxPart(directory: string, part: IdxPart, classes: number): ImageSet {
  const labelPath = idxPath(directory, idxFile(part, 'labels'));
  const { data: labels } = readIdxLabels(labelPath, classes);
  const { shape, data: pixels } = readIdxImages(idxPath(directory, idxFile(part, 'images')));
  const [count, height, width] = shape as [number, number, number];
  if (labels.length !== count) throw new DamagedFile(`${labelPath} has ${labels.length} labels for ${count} images`);
  return { count, channels: CHANNELS, height: SIDE, width: SIDE, pixels, labels, grey: { height, width } };
}
