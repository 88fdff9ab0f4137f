import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { openData } from '../../../deep/data/open.js';
import { DamagedFile } from '../../../src/system/reading-error.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** The value at a row and column of a plane: squares of nine have the mean of their middle, here a whole number. */
const value = (row: number, column: number, plane: number): number => (row + 95 - column + 20 * plane) % 256;

/** Images of 96x96 as the binary layout has them: plane after plane, each column by column. */
function writeStl(name: string, labels: readonly number[], cut = 0): string {
  const directory = folder.path(name);
  mkdirSync(directory);
  const image = Array.from({ length: 3 * 96 * 96 }, (_, i) =>
    value(i % 96, Math.floor(i / 96) % 96, Math.floor(i / 9216)),
  );
  const images = Uint8Array.from(labels.flatMap(() => image));
  for (const part of ['train', 'test']) {
    writeFileSync(`${directory}/${part}_X.bin`, images.subarray(0, images.length - cut));
    writeFileSync(`${directory}/${part}_y.bin`, Uint8Array.from(labels));
  }
  return directory;
}

describe('STL-10', () => {
  it('has the means of squares of nine pixels, row by row, and classes from 0 on', () => {
    const { train, test } = openData(`stl10:${writeStl('whole', [1, 10])}`);
    expect([train.count, test.count, ...train.labels]).toEqual([2, 2, 0, 9]);
    const expected = Array.from({ length: 3072 }, (_, i) =>
      value(3 * (Math.floor(i / 32) % 32) + 1, 3 * (i % 32) + 1, Math.floor(i / 1024)),
    );
    expect([...train.pixels]).toEqual([...expected, ...expected]);
  });

  it.each<[string, number[], number, RegExp]>([
    ['a label of 0', [0], 0, /image 0 in .*train_y\.bin has label 0; allowed: 1 to 10/],
    ['half an image', [1, 2], 100, /train_X\.bin has \d+ bytes; allowed: a multiple of 27648/],
  ])('refuses %s', (name, labels, cut, reason) => {
    const directory = writeStl(name, labels, cut);
    expect(() => openData(`stl10:${directory}`)).toThrow(DamagedFile);
    expect(() => openData(`stl10:${directory}`)).toThrow(reason);
  });
});
