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

/** Writes a new file whose bytes are on the disk when this returns. */
export function writeSettled(path: string, content: Uint8Array): void {
  const file = disk().open(path, 'w');
  try {
    writeFully(file, content);
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
function writeInto(path: string, content: Uint8Array): void {
  const file = disk().open(path, 'w');
  try {
    writeFully(file, content);
  } finally {
    disk().close(file);
  }
}

/**
 * Writes a file so that a reader, or a machine that lost power, has either the old content or all of the new; when this returns,
 * the new. A device or a pipe of that name is written into.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  explainWriting(path, () => {
    if (isDevice(path)) {
      writeInto(path, bytes);
      return;
    }
    try {
      writeSettled(temporary, bytes);
      disk().rename(temporary, path);
      disk().syncFolder(dirname(path));
    } catch (error) {
      tryTo(() => disk().remove(temporary));
      throw error;
    }
  });
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
