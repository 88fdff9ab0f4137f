import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedFile, explainReading } from '../../src/system/reading-error.js';
import { sizeOfFile } from './data-file.js';
import type { ImageSet } from './image-set.js';

/** The binary layout of CIFAR-10 and CIFAR-100: records of label bytes and the red, the green and the blue plane. */

const SIDE = 32;
const CHANNELS = 3;
const PIXELS = CHANNELS * SIDE * SIDE;
/** Records read at a time, a megabyte and a half: what reading needs beside the images themselves. */
const RECORDS = 512;

export interface CifarLayout {
  readonly title: string;
  readonly classes: number;
  readonly trainFiles: readonly string[];
  readonly testFiles: readonly string[];
  /** Label bytes before the pixels; the last of them is the class. */
  readonly labelBytes: 1 | 2;
}

export const CIFAR10: CifarLayout = {
  title: 'CIFAR-10',
  classes: 10,
  trainFiles: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
  testFiles: ['test_batch.bin'],
  labelBytes: 1,
};

/** A byte for the coarse class (of 20), one for the fine class (of 100), which is the one that networks learn. */
export const CIFAR100: CifarLayout = {
  title: 'CIFAR-100',
  classes: 100,
  trainFiles: ['train.bin'],
  testFiles: ['test.bin'],
  labelBytes: 2,
};

const someFiles = ({ trainFiles, testFiles }: CifarLayout): string => `${trainFiles[0]} ... ${testFiles[0]}`;

/** Images in one file, by its size. */
export function cifarCount(path: string, layout: CifarLayout): number {
  const record = layout.labelBytes + PIXELS;
  const size = sizeOfFile(path, `a ${layout.title} folder holds ${someFiles(layout)}`);
  if (size === 0 || size % record !== 0) {
    throw new DamagedFile(`${path} has ${size} bytes; allowed: a multiple of ${record}, the size of an image`);
  }
  return size / record;
}

/** Calls `visit` with every record of a file in turn; the bytes are overwritten afterwards. */
function eachRecord(path: string, layout: CifarLayout, visit: (record: Uint8Array, i: number) => void): void {
  const count = cifarCount(path, layout);
  const record = layout.labelBytes + PIXELS;
  const buffer = new Uint8Array(RECORDS * record);
  const file = explainReading(path, () => openSync(path, 'r'));
  try {
    for (let first = 0; first < count; first += RECORDS) {
      const records = Math.min(RECORDS, count - first);
      const bytes = explainReading(path, () => readSync(file, buffer, 0, records * record, first * record));
      if (bytes < records * record) throw new DamagedFile(`${path} was truncated while it was being read`);
      for (let i = 0; i < records; i += 1) visit(buffer.subarray(i * record, (i + 1) * record), first + i);
    }
  } finally {
    closeSync(file);
  }
}

function checkedLabel(record: Uint8Array, i: number, path: string, { labelBytes, classes }: CifarLayout): number {
  const label = record[labelBytes - 1]!;
  if (label >= classes) {
    throw new DamagedFile(`image ${i} in ${path} has label ${label}; allowed: 0 to ${classes - 1}`);
  }
  return label;
}

/** Reads a file through and throws the first thing that is wrong with it. */
export const checkCifarFile = (path: string, layout: CifarLayout): void =>
  eachRecord(path, layout, (record, i) => checkedLabel(record, i, path, layout));

/** The images of some files of a folder, one file after another. */
export function readCifarFiles(directory: string, files: readonly string[], layout: CifarLayout): ImageSet {
  const paths = files.map((file) => join(directory, file));
  const count = paths.reduce((sum, path) => sum + cifarCount(path, layout), 0);
  const pixels = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  let next = 0;
  for (const path of paths) {
    eachRecord(path, layout, (record, i) => {
      labels[next] = checkedLabel(record, i, path, layout);
      pixels.set(record.subarray(layout.labelBytes), next * PIXELS);
      next += 1;
    });
  }
  return { count, channels: CHANNELS, height: SIDE, width: SIDE, pixels, labels };
}
