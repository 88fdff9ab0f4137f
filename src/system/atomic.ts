import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { disk } from './disk.js';
import { UsageError } from './usage-error.js';

/** The system refuses to write: nothing is wrong with what was to be written. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
}

/** Does what writes to `path`; where the system refuses, says so in one line. */
export function explainWriting<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new WriteRefused(`${path} cannot be written (${message.split(',')[0]})`);
  }
}

/** Writes all of it: a system that is short of space may take a part at first. */
export function writeFully(file: number, content: Uint8Array): void {
  for (let done = 0; done < content.length; ) done += disk().write(file, content.subarray(done));
}

/** Does what tidies up after something that has failed, or is done already: that it fails too would be no news. */
export function tryTo(tidy: () => void): void {
  try {
    tidy();
  } catch {
    // What is left over is found by `regimes runs check` and removed by the next process that writes there.
  }
}

/** What is to be written: all at once, or in pieces one after another. */
type Content = string | Uint8Array | Iterable<Uint8Array>;

function piecesOf(content: Content): Iterable<Uint8Array> {
  if (typeof content === 'string') return [Buffer.from(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** Writes a new file whose bytes are on the disk when this returns. */
export function writeSettled(path: string, content: Content): void {
  const file = disk().open(path, 'w');
  try {
    for (const piece of piecesOf(content)) writeFully(file, piece);
    disk().sync(file);
  } catch (error) {
    tryTo(() => disk().close(file));
    throw error;
  }
  disk().close(file);
}

/** Whether there is something that a file must not take the place of, such as /dev/null, /dev/stdout or a named pipe. */
function isDevice(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** Writes into a device or a pipe, which stays what it is. */
function writeInto(path: string, content: Content): void {
  const file = disk().open(path, 'w');
  try {
    for (const piece of piecesOf(content)) writeFully(file, piece);
  } finally {
    disk().close(file);
  }
}

/**
 * Writes a file so that a reader, or a machine that lost power, has either the old content or all of the new; when this returns,
 * the new. A device or a pipe of that name is written into.
 */
export function writeAtomically(path: string, content: Content): void {
  const temporary = `${path}.${process.pid}.tmp`;
  explainWriting(path, () => {
    if (isDevice(path)) {
      writeInto(path, content);
      return;
    }
    try {
      writeSettled(temporary, content);
      disk().rename(temporary, path);
      disk().syncFolder(dirname(path));
    } catch (error) {
      tryTo(() => disk().remove(temporary));
      throw error;
    }
  });
}

/** Small pieces of a file joined to pieces of a megabyte, of which the last may be smaller. */
export function* together(small: Iterable<string | Uint8Array>, size = 2 ** 20): Generator<Uint8Array> {
  let piece: Uint8Array[] = [];
  let length = 0;
  for (const content of small) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    piece.push(bytes);
    length += bytes.length;
    if (length < size) continue;
    yield Buffer.concat(piece);
    [piece, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(piece);
}

/** As mkdir -p; Node's own, `recursive`, never ends where the system refuses with ENOENT, as /proc does. */
export function makeWithParents(path: string): void {
  try {
    disk().makeFolder(path);
    disk().syncFolder(dirname(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeWithParents(dirname(path));
    // Another process may make it in between.
    makeWithParents(path);
  }
}

/** What stands in the way of a folder, as opposed to a system that refuses to make one. */
const OCCUPIED = new Set(['EEXIST', 'ENOTDIR']);

/** Makes a folder, with those above it, unless it is there. Throws a UsageError where something else is in its place. */
export function makeDirectory(path: string): void {
  try {
    makeWithParents(resolve(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!OCCUPIED.has(code!))
      throw new WriteRefused(`${path} cannot be made (${message.split(',')[0]}); choose another --out`);
    throw new UsageError(`${path} is not a folder and cannot be made one (${code}); choose another --out`);
  }
}
