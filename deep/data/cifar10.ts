import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/usage-error.js';
import type { DataSet, ImageSet } from './image-set.js';

const SIDE = 32;
const CHANNELS = 3;
const CLASSES = 10;
const PIXELS = CHANNELS * SIDE * SIDE;
/** One label byte, then the red, the green and the blue plane. */
const RECORD = 1 + PIXELS;
const TRAIN_FILES = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
const TEST_FILES = ['test_batch.bin'];

function readRecords(path: string): Buffer {
  if (!existsSync(path))
    throw new UsageError(`${path} is missing; a CIFAR-10 folder holds ${TRAIN_FILES[0]} ... ${TEST_FILES[0]}`);
  const bytes = readFileSync(path);
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    throw new UsageError(`${path} has ${bytes.length} bytes; allowed: a multiple of ${RECORD}, the size of an image`);
  }
  return bytes;
}

function readSet(directory: string, files: readonly string[]): ImageSet {
  const records = Buffer.concat(files.map((file) => readRecords(join(directory, file))));
  const count = records.length / RECORD;
  const pixels = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) {
    const label = records[i * RECORD]!;
    if (label >= CLASSES)
      throw new UsageError(`image ${i} in ${directory} has label ${label}; allowed: 0 to ${CLASSES - 1}`);
    labels[i] = label;
    pixels.set(records.subarray(i * RECORD + 1, (i + 1) * RECORD), i * PIXELS);
  }
  return { count, channels: CHANNELS, height: SIDE, width: SIDE, pixels, labels };
}

/** CIFAR-10 in its binary layout, from a folder with data_batch_1.bin ... data_batch_5.bin and test_batch.bin. */
export function readCifar10(directory: string): DataSet {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(
      `${directory} is not a folder; --data cifar10:DIR wants one with ${TRAIN_FILES[0]} ... ${TEST_FILES[0]}`,
    );
  }
  return {
    name: 'cifar10',
    classes: CLASSES,
    train: readSet(directory, TRAIN_FILES),
    test: readSet(directory, TEST_FILES),
    means: [0.4914, 0.4822, 0.4465],
    deviations: [0.2023, 0.1994, 0.201],
  };
}
