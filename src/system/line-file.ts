import { closeSync, existsSync, fsyncSync, openSync, readSync, truncateSync } from 'node:fs';
import { explainWriting, writeFully } from './atomic.js';

/** A text file that grows by whole lines; it is made with its first line. */
export class LineFile {
  private file: number | undefined;

  /** Number of bytes of existing content to keep. */
  constructor(
    private readonly path: string,
    private bytes: number,
  ) {
    explainWriting(path, () => existsSync(path) && truncateSync(path, bytes));
  }

  append(line: string): void {
    const content = Buffer.from(`${line}\n`);
    explainWriting(this.path, () => writeFully(this.open(), content));
    this.bytes += content.length;
  }

  /** Bytes so far, all of them on the disk. */
  settled(): number {
    const { file } = this;
    if (file !== undefined) explainWriting(this.path, () => fsyncSync(file));
    return this.bytes;
  }

  /** Makes the file even if it has no line yet. */
  open(): number {
    this.file ??= explainWriting(this.path, () => openSync(this.path, 'a'));
    return this.file;
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}

/** Far below the longest string there can be. */
const PIECE = 2 ** 24;

/** The lines of a text file of any size, read in pieces of bounded size; an unfinished last line is left out. */
export function* readWholeLines(path: string, piece = PIECE): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(piece);
    let rest: Buffer = Buffer.alloc(0);
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      const known = Buffer.concat([rest, buffer.subarray(0, read)]);
      const end = known.lastIndexOf('\n') + 1;
      yield* known.toString('utf8', 0, end).split('\n').slice(0, -1);
      rest = known.subarray(end);
    }
  } finally {
    closeSync(file);
  }
}
