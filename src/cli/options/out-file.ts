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
 * Throws a UsageError where no file can be written at a path, which `option` gives unless an argument does: before the work, whose
 * result would be lost.
 */
export function refuseOutFile(path: string, option?: `--${string}`): void {
  const there = lowestThere(path);
  const given = option === undefined ? path : `${option} ${path}`;
  if (there.path === path && there.isFolder) throw new UsageError(`${given} is a folder; allowed: a file to write`);
  if (there.path !== path && !there.isFolder)
    throw new UsageError(`${given}: ${there.path} is not a folder; allowed: a file to write`);
}
