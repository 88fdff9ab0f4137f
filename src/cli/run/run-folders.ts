import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../run/manifest.js';
import { MANIFEST_FILE, readSteps } from '../../run/run-directory.js';
import { readSweepPlan, SweepReader } from '../../sweep/directory.js';
import { UsageError } from '../../system/usage-error.js';

/** Folders of the runs in a folder: its own, or those of a sweep that have weights to look at. */
export function runFolders(directory: string): string[] {
  if (existsSync(join(directory, MANIFEST_FILE))) return [directory];
  readSweepPlan(directory);
  const runs = new SweepReader(directory).all().filter(({ manifest }) => manifest.status === 'finished');
  if (runs.length === 0) throw new UsageError(`${directory} has no finished run yet`);
  const rate = ({ manifest }: (typeof runs)[number]): number => manifest.configuration.rate.value;
  return runs.sort((a, b) => rate(a) - rate(b)).map((run) => run.directory);
}

/** The ELR at the end of a run: with a schedule or in full space that of its last step. */
export const finalElr = (directory: string, { configuration: { rate, training } }: Manifest): number =>
  rate.kind === 'elr' && training.schedule.kind === 'constant'
    ? rate.value
    : (readSteps(directory).at(-1)?.elr ?? Number.NaN);
