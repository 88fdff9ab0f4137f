import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedFile, explainReading } from '../../src/system/reading-error.js';
import { findFile, sizeOfFile } from './data-file.js';
import type { Format, Part } from './format.js';
import type { ImageSet } from './image-set.js';
import { type MatArray, parseMat, parseMatStart } from './mat.js';

/** SVHN, house numbers cut out and centred: a MAT-file a part, with images X and classes y, of which 10 stands for the digit 0. */

const SIDE = 32;
const CHANNELS = 3;
const PIXELS = CHANNELS * SIDE * SIDE;
const CLASSES = 10;
/** What holds the name and shape of the first array. */
const START = 4096;

const fileOf = (part: Part): string => `${part}_32x32.mat`;

/** Throws a UsageError where there is no file. */
const expectFile = (path: string): unknown =>
  sizeOfFile(path, `an SVHN folder holds ${fileOf('train')} and ${fileOf('test')}`);

function checkShape({ name, shape }: Pick<MatArray, 'name' | 'shape'>, path: string): number {
  const [height, width, channels, count = 1, ...more] = shape;
  const isRight = name === 'X' && height === SIDE && width === SIDE && channels === CHANNELS && more.length === 0;
  if (isRight && count > 0) return count;
  const found = `an array ${JSON.stringify(name)} of shape ${shape.join('x')}`;
  throw new DamagedFile(`${path} begins with ${found}; allowed: "X", whose shape is 32x32x3 and the number of images`);
}

/** The number of images in a file, by its beginning. */
function svhnCount(path: string): number {
  const start = Buffer.alloc(START);
  expectFile(path);
  const file = explainReading(path, () => openSync(path, 'r'));
  try {
    const length = explainReading(path, () => readSync(file, start));
    return checkShape(parseMatStart(start.subarray(0, length), path), path);
  } finally {
    closeSync(file);
  }
}

/** Classes 0 to 9 of the labels 1 to 10. */
function labelsOf(y: MatArray | undefined, count: number, path: string): Uint8Array {
  if (y?.data.length !== count)
    throw new DamagedFile(`${path} has ${y?.data.length ?? 'no'} labels for ${count} images`);
  return y.data.map((label, i) => {
    if (label < 1 || label > CLASSES)
      throw new DamagedFile(`image ${i} in ${path} has label ${label}; allowed: 1 to ${CLASSES}`);
    return label % CLASSES;
  });
}

/** Planes whose first index, the row, is fastest, row by row. */
function rowByRow(columns: Uint8Array): Uint8Array {
  const rows = new Uint8Array(columns.length);
  for (let plane = 0; plane < columns.length; plane += SIDE * SIDE)
    for (let row = 0; row < SIDE; row += 1)
      for (let column = 0; column < SIDE; column += 1)
        rows[plane + row * SIDE + column] = columns[plane + column * SIDE + row]!;
  return rows;
}

function readSvhn(path: string): ImageSet {
  expectFile(path);
  const bytes = explainReading(path, () => readFileSync(path));
  const [x, ...rest] = parseMat(bytes, path);
  const count = checkShape(x ?? { name: '', shape: [] }, path);
  const labels = labelsOf(
    rest.find(({ name }) => name === 'y'),
    count,
    path,
  );
  if (x!.data.length !== count * PIXELS) throw new DamagedFile(`${path} lacks images`);
  return { count, channels: CHANNELS, height: SIDE, width: SIDE, pixels: rowByRow(x!.data), labels };
}

export const svhnFormat: Format = {
  files: [fileOf('train'), fileOf('test')],
  find: findFile,
  count: (directory, part) => svhnCount(join(directory, fileOf(part))),
  filesOf: (directory, part) => {
    const path = join(directory, fileOf(part));
    return [{ path, images: svhnCount(path) }];
  },
  read: (directory, part) => readSvhn(join(directory, fileOf(part))),
  checkFile: (path) => void readSvhn(path),
};
