import type { gunzipSync, inflateSync, ZlibOptions } from 'node:zlib';

/** What Node returns with `info`. */
interface Decompressed {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** The content of a compressed stream. Throws where it is damaged, and where bytes follow it, which zlib passes over. */
export function decompress(
  decompressSync: typeof gunzipSync | typeof inflateSync,
  bytes: Buffer,
  options: ZlibOptions = {},
): Buffer {
  const { buffer, engine } = decompressSync(bytes, { ...options, info: true }) as unknown as Decompressed;
  if (engine.bytesWritten !== bytes.length) throw new Error('bytes follow the compressed stream');
  return buffer;
}
