import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { checkData } from '../../../deep/data/check.js';
import { locateData } from '../../../deep/data/locate.js';
import { parseMat } from '../../../deep/data/mat.js';
import { countTrainImages, openData } from '../../../deep/data/open.js';
import { DamagedFile } from '../../../src/system/reading-error.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Made by SciPy (test/fixtures/mat.py): the training part deflated, with classes as bytes; the test part plain, as doubles. */
const FIXTURES = fileURLToPath(new URL('../../fixtures/mat', import.meta.url));

/** What the script wrote, row by row. */
const image = (n: number): number[] =>
  Array.from({ length: 3072 }, (_, i) => {
    const [k, r, c] = [Math.floor(i / 1024), Math.floor(i / 32) % 32, i % 32];
    return (Math.floor(r / 4) * 16 + Math.floor(c / 8) * 5 + 70 * k + 31 * n) % 256;
  });

function copied(name: string): string {
  cpSync(FIXTURES, folder.path(name), { recursive: true });
  return folder.path(name);
}

describe('SVHN', () => {
  it('has the images and classes that SciPy wrote, row by row, 10 being the digit 0', () => {
    const { train, test, classes } = openData(`svhn:${FIXTURES}`);
    expect([classes, train.count, test.count]).toEqual([10, 3, 2]);
    expect([...train.pixels]).toEqual([0, 1, 2].flatMap(image));
    expect([...test.pixels]).toEqual([5, 6].flatMap(image));
    expect([...train.labels]).toEqual([1, 0, 9]);
    expect([...test.labels]).toEqual([2, 0]);
    expect(countTrainImages(`svhn:${FIXTURES}`)).toBe(3);
  });

  it('is checked file by file', async () => {
    const { problems, files, trainImages } = await checkData(locateData(`svhn:${FIXTURES}`)!);
    expect({ problems, trainImages }).toEqual({ problems: [], trainImages: 3 });
    expect(files.map(({ file }) => file)).toEqual(['train_32x32.mat', 'test_32x32.mat']);
  });

  it('names the file that is missing, and what does not fit', () => {
    expect(() => openData(`svhn:${folder.path()}`)).toThrow(UsageError);
    const directory = copied('wrong');
    const damage = (name: string, change: (bytes: Buffer) => Buffer): void => {
      const bytes = readFileSync(join(FIXTURES, name));
      writeFileSync(join(directory, 'test_32x32.mat'), change(bytes));
    };
    const refused = (reason: RegExp): void => {
      expect(() => openData(`svhn:${directory}`)).toThrow(DamagedFile);
      expect(() => openData(`svhn:${directory}`)).toThrow(reason);
    };
    damage('text.mat', (bytes) => bytes);
    refused(/test_32x32\.mat has an array "X" that is neither of bytes nor of doubles/);
    damage('test_32x32.mat', (bytes) => bytes.subarray(0, 4000));
    refused(/ends in the middle of an element/);
    damage('test_32x32.mat', (bytes) => bytes.subarray(0, 100));
    refused(/is not a level 5 MAT-file/);
    // The class of the last image, a double at the end of the file.
    damage('test_32x32.mat', (bytes) => {
      const changed = Buffer.from(bytes);
      changed.writeDoubleLE(11, bytes.length - 8);
      return changed;
    });
    refused(/image 1 in .* has label 11; allowed: 1 to 10/);
    damage('test_32x32.mat', (bytes) => {
      const changed = Buffer.from(bytes);
      changed.writeDoubleLE(2.5, bytes.length - 8);
      return changed;
    });
    refused(/has a number 2\.5 that is no byte/);
  });

  it('refuses an array that occurs twice, and what is deflated behind an array', () => {
    const bytes = readFileSync(join(FIXTURES, 'test_32x32.mat'));
    expect(() => parseMat(Buffer.concat([bytes, bytes.subarray(128)]), 'x')).toThrow('x has two arrays "X"');
    const packed = (content: Buffer, behind = Buffer.alloc(0)): Buffer => {
      const deflated = Buffer.concat([deflateSync(content), behind]);
      const head = Buffer.alloc(8);
      head.writeUInt32LE(15);
      head.writeUInt32LE(deflated.length, 4);
      return Buffer.concat([bytes.subarray(0, 128), head, deflated]);
    };
    const array = bytes.subarray(128, 136 + bytes.readUInt32LE(132));
    expect(parseMat(packed(array), 'x')).toEqual([parseMat(bytes, 'x')[0]]);
    expect(() => parseMat(packed(Buffer.concat([array, Buffer.alloc(8)])), 'x')).toThrow('has bytes behind an array');
    expect(() => parseMat(packed(array, Buffer.alloc(8)), 'x')).toThrow('cannot be inflated');
  });

  it('refuses or takes every file with one byte changed, and never ends otherwise', () => {
    const bytes = readFileSync(join(FIXTURES, 'train_32x32.mat'));
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 0x41;
      try {
        // Deflated content has a checksum of its own, so that nothing but the header's text can change unnoticed.
        expect(parseMat(changed, 'x').length === 2 && at < 124, `byte ${at}`).toBe(true);
      } catch (error) {
        if (!(error instanceof DamagedFile)) throw error;
      }
    }
  });
});
