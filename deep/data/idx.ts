import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { decompress } from '../../src/system/decompress.js';
import { DamagedFile, explainReading } from '../../src/system/reading-error.js';

/** The idx format of MNIST and its relatives: big-endian, a magic number, the dimensions, bytes. */

const UNSIGNED_BYTE = 0x08;
const GZIP_MAGIC = 0x1f8b;
/** The most that a byte of a gzip file can become. */
const MOST_GROWTH = 1032;

export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const isZipped = (raw: Buffer): boolean => raw.length > 1 && raw.readUInt16BE(0) === GZIP_MAGIC;

function unzip(raw: Buffer, path: string): Buffer {
  // A gzip file ends with the size of its content. A buffer with a little more room than that is filled once, where
  // growing by pieces would need everything twice.
  const size = raw.length < 18 ? 0 : Math.min(raw.readUInt32LE(raw.length - 4), MOST_GROWTH * raw.length);
  try {
    return decompress(gunzipSync, raw, { chunkSize: size + 64 });
  } catch {
    throw new DamagedFile(`${path} is damaged: it cannot be unzipped`);
  }
}

function shapeOf(bytes: Buffer, path: string): number[] {
  const rank = bytes[3] ?? 0;
  if (bytes.length < 4 + 4 * rank || bytes.readUInt16BE(0) !== 0 || bytes[2] !== UNSIGNED_BYTE) {
    throw new DamagedFile(`${path} is not an idx file of bytes`);
  }
  return Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
}

/** Reads an idx file of bytes, gzipped or not. */
export function readIdx(path: string): IdxArray {
  const raw = explainReading(path, () => readFileSync(path));
  const bytes = isZipped(raw) ? unzip(raw, path) : raw;
  const shape = shapeOf(bytes, path);
  const header = 4 + 4 * shape.length;
  const size = shape.reduce((product, n) => product * n, 1);
  if (bytes.length !== header + size) {
    throw new DamagedFile(`${path} has ${bytes.length - header} bytes of data; its header says ${size}`);
  }
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + header, size) };
}

/** The shape that an idx file's header says, without reading the rest. */
export function readIdxShape(path: string): number[] {
  const start = Buffer.alloc(4096);
  const file = explainReading(path, () => openSync(path, 'r'));
  let raw: Buffer;
  try {
    raw = start.subarray(
      0,
      explainReading(path, () => readSync(file, start)),
    );
  } finally {
    closeSync(file);
  }
  if (!isZipped(raw)) return shapeOf(raw, path);
  try {
    return shapeOf(gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }), path);
  } catch (error) {
    throw error instanceof DamagedFile ? error : new DamagedFile(`${path} is damaged: it cannot be unzipped`);
  }
}
