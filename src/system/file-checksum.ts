import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { tellReading } from './reading.js';
import { explainReading } from './reading-error.js';

const PIECE = 2 ** 20;
/** Of small files no more than they have: for ten thousand of them, making large buffers takes most of the time. */
const SMALLEST_PIECE = 2 ** 12;

/** Length and SHA-256 of a file. */
export interface FileChecksum {
  readonly bytes: number;
  readonly sha256: string;
}

/** Length and SHA-256 of a file of any size, read in pieces. */
export function fileChecksum(path: string): FileChecksum {
  const hash = createHash('sha256');
  const file = explainReading(path, () => openSync(path, 'r'));
  const { size } = fstatSync(file);
  const buffer = Buffer.allocUnsafe(Math.min(PIECE, Math.max(SMALLEST_PIECE, size)));
  try {
    let bytes = 0;
    const next = (): number => explainReading(path, () => readSync(file, buffer));
    for (let read = next(); read > 0; read = next()) {
      hash.update(buffer.subarray(0, read));
      bytes += read;
      tellReading(path, Math.min(bytes, size - 1), size);
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    tellReading(path, size, size);
    closeSync(file);
  }
}
