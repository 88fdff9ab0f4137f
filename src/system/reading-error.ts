import { statSync } from 'node:fs';

/** A file that is there and is not what it should be: one line that says which. The process ends with exit code 1. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/** A file that the system does not let this process read now: it may well be whole. */
export class UnreadableFile extends DamagedFile {}

/** Refusals of the system that say nothing of what is in a file. */
const NOT_NOW = new Set(['EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE', 'ETIMEDOUT', 'EBUSY']);

/** What a file is that cannot be read as one. */
const reasonOf = ({ code, message }: NodeJS.ErrnoException): string =>
  code === 'EISDIR' ? 'is a folder, not a file' : `cannot be read (${message.split(',')[0]})`;

/** A pipe may never be written to, and a device never end. */
function refuseEndless(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  throw new DamagedFile(`${path} is a pipe or a device, not a file`);
}

/** Does what reads a file; where the system refuses, or it is none, says so in one line with its path, which the system does not always name. */
export function explainReading<Result>(path: string, read: () => Result): Result {
  try {
    refuseEndless(path);
    return read();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    const kind = NOT_NOW.has(code) ? UnreadableFile : DamagedFile;
    throw new kind(`${path} ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
