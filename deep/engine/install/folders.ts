import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { disk } from '../../../src/system/disk.js';

/** Folder of the unpacked wheels inside that of an engine. */
export const WHEELS = 'wheels';
/** Folder of the wheels as downloaded. */
export const DOWNLOADS = 'downloads';
/** Folder for what pip writes meanwhile; on the same disk as the rest. */
export const TEMPORARY = 'tmp';

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Files in a folder and below it; folders that are not there, or vanish meanwhile, hold none. */
export function filesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Removes the folders below one, and itself, that hold no file. */
export function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  if (readdirSync(folder).length === 0) disk().removeFolder(folder);
}

/** Bytes of all files in a folder and below it; those that vanish meanwhile count nothing, and links to one file once. */
export function bytesBelow(folder: string): number {
  const seen = new Set<number>();
  let bytes = 0;
  for (const file of filesBelow(folder)) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined || seen.has(found.ino)) continue;
    seen.add(found.ino);
    bytes += found.size;
  }
  return bytes;
}
