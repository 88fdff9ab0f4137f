import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../run/manifest.js';
import { MANIFEST_FILE, readSteps } from '../run/run-directory.js';
import { readSweep } from '../run/sweep-directory.js';
import { UsageError } from '../usage-error.js';

/** Folders of the runs in a folder: its own, or those of a sweep that have weights to look at. */
export function runFolders(directory: string): string[] {
  if (existsSync(join(directory, MANIFEST_FILE))) return [directory];
  const runs = readSweep(directory).filter(({ manifest }) => manifest.status === 'finished');
  if (runs.length === 0) throw new UsageError(`${directory} has no finished run yet`);
  return runs.map((run) => run.directory);
}

/** The ELR at the end of a run. */
export const finalElr = (directory: string, { configuration }: Manifest): number =>
  configuration.elr ?? readSteps(directory).at(-1)?.elr ?? Number.NaN;
