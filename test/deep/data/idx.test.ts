import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readIdx } from '../../../deep/data/idx.js';
import { DamagedFile } from '../../../src/system/reading-error.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Two images of 2x3 pixels. */
const HEADER = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
const DATA = Array.from({ length: 12 }, (_, i) => 20 * i);

const file = (bytes: Uint8Array | readonly number[]): string => {
  const path = folder.path('file');
  writeFileSync(path, Uint8Array.from(bytes));
  return path;
};

describe('the idx format', () => {
  it('is read plain and gzipped', () => {
    for (const bytes of [HEADER.concat(DATA), gzipSync(Uint8Array.from([...HEADER, ...DATA]))]) {
      expect(readIdx(file(bytes))).toEqual({ shape: [2, 2, 3], data: Uint8Array.from(DATA) });
    }
  });

  it('has big-endian sizes', () => {
    const { shape, data } = readIdx(file([0, 0, 8, 1, 0, 0, 1, 2, ...new Uint8Array(258)]));
    expect(shape).toEqual([258]);
    expect(data.length).toBe(258);
  });

  it.each<[string, Uint8Array | number[], RegExp]>([
    ['a missing byte', [...HEADER, ...DATA.slice(1)], /has 11 bytes of data; its header says 12/],
    ['one byte too many', [...HEADER, ...DATA, 0], /has 13 bytes of data; its header says 12/],
    ['a header that is cut off', HEADER.slice(0, 10), /is not an idx file/],
    ['nothing', [], /is not an idx file/],
    ['another magic number', [1, ...HEADER.slice(1), ...DATA], /is not an idx file/],
    ['floats', [0, 0, 0x0d, ...HEADER.slice(3), ...DATA], /is not an idx file of bytes/],
    ['a gzip stream that is cut off', gzipSync(Uint8Array.from([...HEADER, ...DATA])).subarray(0, 20), /is damaged/],
  ])('refuses %s in one line with the path', (_, bytes, message) => {
    const path = file(bytes);
    const read = () => readIdx(path);
    expect(read).toThrow(DamagedFile);
    expect(read).toThrow(message);
    expect(read).toThrow(path);
  });

  it('names the path of a folder, and of what cannot be read', () => {
    expect(() => readIdx(folder.path())).toThrow(`${folder.path()} is a folder, not a file`);
    expect(() => readIdx(folder.path('none'))).toThrow(/none cannot be read \(ENOENT: /);
  });
});
