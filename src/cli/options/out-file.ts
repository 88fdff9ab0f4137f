import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../system/usage-error.js';

/** The lowest of a path and the folders above it that is there; one below a file is not. */
function lowestThere(path: string): { readonly path: string; readonly isFolder: boolean } {
  for (let at = path; ; at = dirname(at)) {
    try {
      const found = statSync(at, { throwIfNoEntry: false });
      if (found !== undefined || at === dirname(at)) return { path: at, isFolder: found?.isDirectory() !== false };
    } catch {
      // Below something that is no folder, or where this process may not look.
      if (at === dirname(at)) return { path: at, isFolder: true };
    }
  }
}

/**
 * Throws a UsageError where no file can be written at the path that an option or argument gives: before the work, whose result would be
 * lost.
 */
export function refuseOutFile(name: string, path: string): void {
  const there = lowestThere(path);
  if (there.path === path && there.isFolder)
    throw new UsageError(`${name} ${path} is a folder; allowed: a file to write`);
  if (there.path !== path && !there.isFolder)
    throw new UsageError(`${name} ${path}: ${there.path} is not a folder; allowed: a file to write`);
}
