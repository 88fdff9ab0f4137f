/** Reads a tar archive as it comes in. Only plain files count; what else an archive may hold is passed over. */

const BLOCK = 512;

interface Header {
  /** The name after the last slash: where a file is put is not for the archive to say. */
  readonly name: string;
  readonly size: number;
  readonly isFile: boolean;
}

const text = (block: Buffer, from: number, length: number): string =>
  block.toString('latin1', from, from + length).replace(/\0.*$/s, '');

const octal = (block: Buffer, from: number, length: number): number =>
  Number.parseInt(text(block, from, length).trim(), 8);

/** Sum of the header's bytes, those of the sum itself counted as spaces. */
const sumOf = (block: Buffer): number => block.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);

/** The header in a block; undefined for the empty blocks at the end. */
function readHeader(block: Buffer): Header | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const size = octal(block, 124, 12);
  if (octal(block, 148, 8) !== sumOf(block) || !Number.isSafeInteger(size) || size < 0) {
    throw new Error('the archive is damaged: the checksum of a header is wrong');
  }
  const type = text(block, 156, 1);
  return { name: text(block, 0, 100).split('/').at(-1)!, size, isFile: type === '' || type === '0' };
}

/** Receives one file, piece by piece. */
export interface FileSink {
  write(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

/** Bytes of a stream by the number. */
class Bytes {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** At least one byte and at most `most`; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.rest.length === 0) {
      const { value, done } = await this.chunks.next();
      if (done) return undefined;
      this.rest = value;
    }
    const bytes = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(bytes.length);
    return bytes;
  }

  async each(count: number, visit: (bytes: Buffer) => Promise<void>): Promise<void> {
    for (let left = count; left > 0; ) {
      const bytes = await this.some(left);
      if (bytes === undefined) throw new Error('the archive is damaged: it is truncated');
      await visit(bytes);
      left -= bytes.length;
    }
  }

  /** One block; undefined at the end. */
  async block(): Promise<Buffer | undefined> {
    const first = await this.some(BLOCK);
    if (first === undefined) return undefined;
    const pieces = [first];
    await this.each(BLOCK - first.length, async (bytes) => void pieces.push(bytes));
    return Buffer.concat(pieces);
  }
}

/** Gives the content of every file for which `open` has a sink to it. */
export async function readTar(
  stream: AsyncIterable<Buffer>,
  open: (name: string) => Promise<FileSink | undefined>,
): Promise<void> {
  const bytes = new Bytes(stream);
  for (let block = await bytes.block(); block !== undefined; block = await bytes.block()) {
    const header = readHeader(block);
    if (header === undefined) continue;
    const { name, size, isFile } = header;
    const sink = isFile ? await open(name) : undefined;
    try {
      await bytes.each(size, async (piece) => sink?.write(piece));
    } finally {
      await sink?.end();
    }
    await bytes.each((BLOCK - (size % BLOCK)) % BLOCK, async () => {});
  }
}
