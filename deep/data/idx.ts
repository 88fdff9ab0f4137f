import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { UsageError } from '../../src/usage-error.js';

/** The idx format of MNIST and its relatives: big-endian, a magic number, the dimensions, bytes. */

const UNSIGNED_BYTE = 0x08;
const GZIP_MAGIC = 0x1f8b;

export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

function unzip(raw: Buffer, path: string): Buffer {
  try {
    return gunzipSync(raw);
  } catch {
    throw new UsageError(`${path} is damaged: it cannot be unzipped`);
  }
}

/** Reads an idx file of bytes, gzipped or not. */
export function readIdx(path: string): IdxArray {
  const raw = readFileSync(path);
  const bytes = raw.length > 1 && raw.readUInt16BE(0) === GZIP_MAGIC ? unzip(raw, path) : raw;
  const rank = bytes[3] ?? 0;
  const header = 4 + 4 * rank;
  if (bytes.length < header || bytes.readUInt16BE(0) !== 0 || bytes[2] !== UNSIGNED_BYTE) {
    throw new UsageError(`${path} is not an idx file of bytes`);
  }
  const shape = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const size = shape.reduce((product, n) => product * n, 1);
  if (bytes.length !== header + size) {
    throw new UsageError(`${path} has ${bytes.length - header} bytes of data; its header says ${size}`);
  }
  return { shape, data: new Uint8Array(bytes.subarray(header)) };
}
