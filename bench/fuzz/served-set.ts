import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { KnownSet } from '../../deep/data/catalogue.js';
import { fetchSet } from '../../deep/data/fetch/fetch.js';
import { idxFormat } from '../../deep/data/format.js';

/** A data set of two and one images, as a server has it. */
function servedSet(): { set: KnownSet; files: ReadonlyMap<string, Buffer> } {
  const idx = (shape: readonly number[], data: Uint8Array): Buffer =>
    gzipSync(Buffer.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, 0, n]), ...data]));
  const files = new Map([
    ['train-images-idx3-ubyte.gz', idx([2, 4, 4], new Uint8Array(32).fill(9))],
    ['train-labels-idx1-ubyte.gz', idx([2], Uint8Array.of(1, 2))],
    ['t10k-images-idx3-ubyte.gz', idx([1, 4, 4], new Uint8Array(16))],
    ['t10k-labels-idx1-ubyte.gz', idx([1], Uint8Array.of(3))],
  ]);
  const archives = [...files].map(([name, bytes]) => ({
    ...{ url: `https://example.org/${name}`, bytes: bytes.length },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }));
  const constants = { means: [0, 0, 0], deviations: [1, 1, 1], contents: {} };
  const numbers = { classes: 10, trainImages: 2, testImages: 1 };
  return { set: { name: 'tiny', prefix: 'tiny', format: idxFormat(10), archives, ...numbers, ...constants }, files };
}

/** Fetches a small set from a server of this process. */
export async function fetchTiny(folder: string): Promise<void> {
  const { set, files } = servedSet();
  const server = createServer(({ url }, response) => {
    const bytes = files.get(url!.slice(1))!;
    response.setHeader('content-length', bytes.length).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await fetchSet(set, { folder: join(folder, 'data'), from: `http://127.0.0.1:${port}`, pause: 0 });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
