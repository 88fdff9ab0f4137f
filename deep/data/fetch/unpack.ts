import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type FileSink, readTar } from './tar.js';

async function fileSink(path: string): Promise<FileSink> {
  const file = await open(path, 'w');
  return {
    write: (bytes) => file.writeFile(bytes),
    async end() {
      await file.sync();
      await file.close();
    },
  };
}

/** Unpacks the wanted files of a .tar.gz, or the one file of a .gz, into a folder. */
export async function unpack(archive: string, wanted: readonly string[], directory: string): Promise<void> {
  const isTar = archive.endsWith('.tar.gz');
  try {
    await pipeline(createReadStream(archive), createGunzip(), async (stream: AsyncIterable<Buffer>) => {
      if (isTar) {
        await readTar(stream, async (name) => (wanted.includes(name) ? fileSink(join(directory, name)) : undefined));
        return;
      }
      const sink = await fileSink(join(directory, basename(archive, '.gz')));
      try {
        for await (const bytes of stream) await sink.write(bytes);
      } finally {
        await sink.end();
      }
    });
  } catch (error) {
    throw new Error(`${archive} cannot be unpacked (${(error as Error).message})`);
  }
}
