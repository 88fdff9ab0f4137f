import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file so that a reader sees either the old content or all of the new. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}
