import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { UsageError } from '../usage-error.js';

/** Writes a file so that a reader sees either the old content or all of the new. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/** Makes a folder, with those above it, unless it is there. Throws a UsageError where something else is in its place. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} is not a folder and cannot be made one (${code}); choose another --out`);
  }
}
