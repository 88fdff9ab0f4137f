import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { writeFully } from '../../../src/system/atomic.js';
import { disk } from '../../../src/system/disk.js';
import { type FileSink, readTar } from './tar.js';

async function fileSink(path: string): Promise<FileSink> {
  const file = disk().open(path, 'w');
  return {
    write: async (bytes) => writeFully(file, bytes),
    async end() {
      try {
        disk().sync(file);
      } finally {
        disk().close(file);
      }
    },
  };
}

/** Unpacks the wanted files of a .tar.gz, or the one file of a .gz, into a folder; a file that is neither is one of them itself. */
export async function unpack(archive: string, wanted: readonly string[], directory: string): Promise<void> {
  const write = async (stream: AsyncIterable<Buffer>): Promise<void> => {
    if (archive.endsWith('.tar.gz')) {
      await readTar(stream, async (name) => (wanted.includes(name) ? fileSink(join(directory, name)) : undefined));
      return;
    }
    const sink = await fileSink(join(directory, basename(archive, '.gz')));
    try {
      for await (const bytes of stream) await sink.write(bytes);
    } finally {
      await sink.end();
    }
  };
  // Of an error in its last part a pipeline says only that it was aborted.
  let reason: unknown;
  const written = (stream: AsyncIterable<Buffer>): Promise<void> =>
    write(stream).catch((error) => {
      reason = error;
      throw error;
    });
  try {
    if (archive.endsWith('.gz')) await pipeline(createReadStream(archive), createGunzip(), written);
    else await pipeline(createReadStream(archive), written);
  } catch (error) {
    throw new Error(`${archive} cannot be unpacked (${((reason ?? error) as Error).message})`);
  }
}
