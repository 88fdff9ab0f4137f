import { describe, expect, it } from 'vitest';
import { readTar } from '../../../../deep/data/fetch/tar.js';
import { tarFile } from './tar-file.js';

async function read(archive: Buffer, pieceSize: number): Promise<Record<string, string>> {
  async function* pieces() {
    for (let at = 0; at < archive.length; at += pieceSize) yield archive.subarray(at, at + pieceSize);
  }
  const files: Record<string, string> = {};
  await readTar(pieces(), async (name) => {
    if (name === 'unwanted') return undefined;
    files[name] = '';
    return {
      write: async (bytes) => {
        files[name] += bytes.toString();
      },
      end: async () => {
        files[name] += '.';
      },
    };
  });
  return files;
}

const archive = tarFile(
  { name: 'folder/', type: '5' },
  { name: 'folder/short', content: Buffer.from('abc') },
  { name: 'link', type: '2' },
  { name: 'unwanted', content: Buffer.alloc(700, 'x') },
  { name: '../../outside', content: Buffer.alloc(512, 'y') },
  { name: 'empty' },
);

describe('a tar archive', () => {
  it.each([1, 100, 512, 513, 1 << 20])('gives its wanted files, in pieces of %i bytes', async (size) => {
    // Only the last part of a name counts: an archive cannot reach out of the folder.
    expect(await read(archive, size)).toEqual({ short: 'abc.', outside: `${'y'.repeat(512)}.`, empty: '.' });
  });

  it('that ends too soon or has a damaged header is refused', async () => {
    await expect(read(archive.subarray(0, 512 * 5 + 3), 4096)).rejects.toThrow(/truncated/);
    const damaged = Buffer.from(archive);
    damaged[3] = 1;
    await expect(read(damaged, 4096)).rejects.toThrow(/the checksum of a header is wrong/);
  });
});
