import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from '../../../src/system/decompress.js';

const CONTENT = Buffer.from('weights on a sphere, '.repeat(100));
const KINDS = [
  { name: 'gzip', pack: gzipSync, unpack: gunzipSync },
  { name: 'deflate', pack: deflateSync, unpack: inflateSync },
] as const;

describe.each(KINDS)('a stream of $name', ({ pack, unpack }) => {
  it('is decompressed, whatever the size of the buffers', () => {
    for (const chunkSize of [64, 1 << 14]) expect(decompress(unpack, pack(CONTENT), { chunkSize })).toEqual(CONTENT);
  });

  it.each([
    ['zeros', Buffer.alloc(3)],
    ['one byte', Buffer.of(0)],
    ['more text', Buffer.from('more')],
  ])('is refused with %s behind it', (_, behind) => {
    expect(() => decompress(unpack, Buffer.concat([pack(CONTENT), behind]))).toThrow(/follow|header/);
  });

  it('is refused where it ends too early or one bit is another', () => {
    const packed = pack(CONTENT);
    expect(() => decompress(unpack, packed.subarray(0, -1))).toThrow();
    const changed = Buffer.from(packed);
    changed[changed.length - 3]! ^= 1;
    expect(() => decompress(unpack, changed)).toThrow();
  });
});
