import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../system/usage-error.js';

const kindOf = (path: string) => statSync(path, { throwIfNoEntry: false });

/** Whether there is anything of that name, or one of the folders on the way is none. */
function whatIsThere(path: string): 'folder' | 'below a file' | 'room' {
  try {
    if (kindOf(path)?.isDirectory()) return 'folder';
  } catch {
    return 'below a file';
  }
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    const found = kindOf(above);
    if (found !== undefined) return found.isDirectory() ? 'room' : 'below a file';
  }
  return 'room';
}

/**
 * Throws a UsageError where no file can be written at the path that an option or argument gives: before the work, whose result would be
 * lost.
 */
export function refuseOutFile(name: string, path: string): void {
  const found = whatIsThere(path);
  if (found === 'folder') throw new UsageError(`${name} ${path} is a folder; allowed: a file to write`);
  if (found === 'below a file')
    throw new UsageError(`${name} ${path} lies below something that is no folder; allowed: a file to write`);
}
