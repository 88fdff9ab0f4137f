import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { explainWriting, writeFully } from './atomic.js';
import { disk } from './disk.js';
import { tellReading } from './reading.js';
import { explainReading } from './reading-error.js';

/** A text file that grows by whole lines; it is made with its first line. */
export class LineFile {
  private file: number | undefined;
  /** Whether the name of the file is on the disk, as far as this process knows. */
  private isNamed = false;

  /** Number of bytes of existing content to keep. */
  constructor(
    private readonly path: string,
    private bytes: number,
  ) {
    explainWriting(path, () => existsSync(path) && disk().truncate(path, bytes));
  }

  append(line: string): void {
    const content = Buffer.from(`${line}\n`);
    explainWriting(this.path, () => writeFully(this.open(), content));
    this.bytes += content.length;
  }

  /** Bytes so far, all of them on the disk, and the name of the file too: a checkpoint that counts on them may be named next. */
  settled(): number {
    const { file, path } = this;
    if (file === undefined) return this.bytes;
    explainWriting(path, () => {
      disk().sync(file);
      if (!this.isNamed) disk().syncFolder(dirname(path));
    });
    this.isNamed = true;
    return this.bytes;
  }

  /** Makes the file even if it has no line yet. */
  open(): number {
    this.file ??= explainWriting(this.path, () => disk().open(this.path, 'a'));
    return this.file;
  }

  close(): void {
    const { file } = this;
    // It is not to be closed twice, whatever becomes of it.
    this.file = undefined;
    if (file !== undefined) explainWriting(this.path, () => disk().close(file));
  }
}

/** Larger pieces are read no faster, and leave more behind at a time. */
const PIECE = 2 ** 20;
const SMALLEST_PIECE = 2 ** 12;
const NEWLINE = 10;
/** A longer line is none that a program wrote; it would have to be held whole. */
const LONGEST_LINE = 2 ** 24;

/** Where reading begins, and how much is read at a time. */
export interface ReadLinesOptions {
  /** Default: 0. */
  readonly from?: number;
  /** Default: the end of the file as it is reached. */
  readonly to?: number;
  readonly piece?: number;
  /** Called with the place in the file after every piece. */
  readonly onPiece?: (at: number) => void;
}

/**
 * Calls `visit` with every whole line of an open text file of any size, read in pieces of bounded size. Returns the place
 * behind the last of them: what follows is an unfinished line. Throws (Error) where a line is too long to be held.
 */
export function eachWholeLineOf(
  file: number,
  visit: (line: string) => void,
  { from = 0, to = Number.POSITIVE_INFINITY, piece = PIECE, onPiece = () => {} }: ReadLinesOptions = {},
): number {
  // Of a small file, no more is taken than it has: many of these are read one after another.
  const size = Math.min(piece, Math.max(SMALLEST_PIECE, fstatSync(file).size - from));
  const buffer = Buffer.allocUnsafe(size);
  let rest: Buffer = Buffer.alloc(0);
  let at = from;
  for (;;) {
    const read = readSync(file, buffer, 0, Math.min(size, to - at), at);
    if (read === 0) return at - rest.length;
    at += read;
    const known = Buffer.concat([rest, buffer.subarray(0, read)]);
    const end = known.lastIndexOf('\n') + 1;
    const lines = known.toString('utf8', 0, end).split('\n');
    for (let i = 0; i < lines.length - 1; i += 1) visit(lines[i]!);
    rest = known.subarray(end);
    onPiece(at);
    if (rest.length > LONGEST_LINE) throw new Error(`a line is longer than ${LONGEST_LINE} bytes`);
  }
}

/** The same of the file at a path; whoever listens is told how far it has come. */
export function eachWholeLine(
  path: string,
  visit: (line: string) => void,
  options: Omit<ReadLinesOptions, 'onPiece'> = {},
): number {
  const file = explainReading(path, () => openSync(path, 'r'));
  const size = Math.min(fstatSync(file).size, options.to ?? Number.POSITIVE_INFINITY);
  const onPiece = (at: number): void => tellReading(path, Math.min(at, size - 1), size);
  try {
    return explainReading(path, () => eachWholeLineOf(file, visit, { ...options, onPiece }));
  } finally {
    tellReading(path, size, size);
    closeSync(file);
  }
}

/**
 * The whole lines of a file up to a place, one after another, for whoever asks for them; no more than a piece of it is in memory. Whoever
 * listens is told how far it has come.
 */
export function* wholeLines(path: string, { to }: { readonly to: number }): Generator<string> {
  const file = explainReading(path, () => openSync(path, 'r'));
  try {
    for (let from = 0, length = PIECE; from < to; ) {
      const lines: string[] = [];
      const range = { from, to: Math.min(to, from + length) };
      const end = explainReading(path, () => eachWholeLineOf(file, (line) => lines.push(line), range));
      tellReading(path, Math.min(end, to - 1), to);
      yield* lines;
      // A line that is longer than a piece is read in a longer one.
      length = end === from ? 2 * length : PIECE;
      if (end === from && range.to === to) return;
      from = end;
    }
  } finally {
    tellReading(path, to, to);
    closeSync(file);
  }
}

/** How many whole lines a file has, and the place behind the last of them. */
export function countLines(path: string): { readonly lines: number; readonly bytes: number } {
  const file = explainReading(path, () => openSync(path, 'r'));
  const buffer = Buffer.allocUnsafe(PIECE);
  let [lines, bytes, at] = [0, 0, 0];
  try {
    for (;;) {
      const read = explainReading(path, () => readSync(file, buffer, 0, PIECE, at));
      if (read === 0) return { lines, bytes };
      const piece = buffer.subarray(0, read);
      for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, end + 1)) {
        lines += 1;
        bytes = at + end + 1;
      }
      at += read;
    }
  } finally {
    closeSync(file);
  }
}
