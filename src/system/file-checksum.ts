import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const PIECE = 2 ** 20;

/** Length and SHA-256 of a file. */
export interface FileChecksum {
  readonly bytes: number;
  readonly sha256: string;
}

/** Length and SHA-256 of a file of any size, read in pieces. */
export function fileChecksum(path: string): FileChecksum {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE);
  const file = openSync(path, 'r');
  try {
    let bytes = 0;
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, read));
      bytes += read;
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    closeSync(file);
  }
}
