import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** SHA-256 of a file, read piece by piece; with `unzipped`, of what its gzip stream holds. */
export async function sha256OfFile(path: string, { unzipped = false } = {}): Promise<string> {
  const hash = createHash('sha256');
  const raw = createReadStream(path);
  const stream = unzipped ? raw.on('error', (error) => stream.destroy(error)).pipe(createGunzip()) : raw;
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}
