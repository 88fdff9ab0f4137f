import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openData } from '../../../deep/data/open.js';
import { DamagedFile } from '../../../src/system/reading-error.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const PLANE = 32 * 32;
const DIRECTORY = folder.path('cifar');

/** An image whose planes are one value each, but for the pixel at row 1, column 2 of the green plane. */
const record = (label: number, red: number, green: number, blue: number): Uint8Array => {
  const bytes = new Uint8Array(1 + 3 * PLANE);
  bytes[0] = label;
  bytes.fill(red, 1, 1 + PLANE);
  bytes.fill(green, 1 + PLANE, 1 + 2 * PLANE);
  bytes.fill(blue, 1 + 2 * PLANE);
  bytes[1 + PLANE + 32 + 2] = 255;
  return bytes;
};

const write = (name: string, ...records: Uint8Array[]): void =>
  writeFileSync(`${DIRECTORY}/${name}`, Buffer.concat(records));

beforeEach(() => {
  rmSync(DIRECTORY, { recursive: true, force: true });
  mkdirSync(DIRECTORY);
  // Files of different lengths; the label is the number of the file.
  for (let i = 1; i <= 5; i += 1) {
    write(`data_batch_${i}.bin`, ...Array.from({ length: i }, (_, j) => record(i, 10 * i + j, 100 + i, 200 + i)));
  }
  write('test_batch.bin', record(9, 1, 2, 3));
});

describe('CIFAR-10', () => {
  it('is read file after file, plane after plane', () => {
    const { train, test, classes, name } = openData(`cifar10:${DIRECTORY}`);
    expect({ classes, name }).toEqual({ classes: 10, name: 'cifar10' });
    expect(train).toMatchObject({ count: 15, channels: 3, height: 32, width: 32 });
    expect([...train.labels]).toEqual([1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5]);
    const pixel = (image: number, channel: number, row: number, column: number) =>
      train.pixels[((image * 3 + channel) * 32 + row) * 32 + column];
    // Image 4 is the second of the third file.
    expect([0, 1, 2].map((channel) => pixel(4, channel, 31, 31))).toEqual([31, 103, 203]);
    expect(pixel(4, 1, 1, 2)).toBe(255);
    expect(pixel(4, 1, 2, 1)).toBe(103);
    expect(test.count).toBe(1);
    expect([...test.labels]).toEqual([9]);
    expect(test.pixels[0]).toBe(1);
  });

  it('can be cut to its first images, and no more than it has', () => {
    const { train } = openData(`cifar10:${DIRECTORY}`, { trainImages: 4 });
    expect([...train.labels]).toEqual([1, 2, 2, 3]);
    expect(train.pixels.length).toBe(4 * 3 * PLANE);
    expect(() => openData(`cifar10:${DIRECTORY}`, { trainImages: 16 })).toThrow(/16 images requested.*has 15/);
  });

  it.each<[string, () => void, RegExp, new (message: string) => Error]>([
    [
      'a truncated file',
      () => write('data_batch_3.bin', record(1, 1, 1, 1).subarray(0, 3000)),
      /data_batch_3.bin has 3000 bytes.*3073/,
      DamagedFile,
    ],
    ['an empty file', () => write('test_batch.bin'), /test_batch.bin has 0 bytes/, DamagedFile],
    ['a missing file', () => rmSync(`${DIRECTORY}/data_batch_5.bin`), /data_batch_5.bin is missing/, UsageError],
    ['a missing folder', () => rmSync(DIRECTORY, { recursive: true }), /is not a folder/, UsageError],
    [
      'label 10',
      () => write('data_batch_1.bin', record(0, 1, 1, 1), record(10, 1, 1, 1)),
      /image 1 .*has label 10; allowed: 0 to 9/,
      DamagedFile,
    ],
    [
      'a folder in place of a file',
      () => {
        rmSync(`${DIRECTORY}/data_batch_2.bin`);
        mkdirSync(`${DIRECTORY}/data_batch_2.bin`);
      },
      /data_batch_2.bin is not a file/,
      UsageError,
    ],
  ])('refuses %s', (_, damage, message, sort) => {
    damage();
    const open = () => openData(`cifar10:${DIRECTORY}`);
    expect(open).toThrow(sort);
    expect(open).toThrow(message);
  });

  it('refuses a file in place of the folder, and a name it does not know', () => {
    expect(() => openData(`cifar10:${DIRECTORY}/test_batch.bin`)).toThrow(/is not a folder/);
    expect(() => openData('cifar20:x')).toThrow(/unknown data set cifar20:x; allowed: fashion-mnist.*cifar10:DIR/);
    expect(() => openData('cifar20')).toThrow(UsageError);
  });
});
