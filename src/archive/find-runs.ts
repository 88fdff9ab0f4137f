import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MANIFEST_FILE, METRICS_FILE } from '../run/run-directory.js';
import { UsageError } from '../system/usage-error.js';

/** A folder that holds a run, or one that could not be looked into. */
export interface FoundRun {
  readonly directory: string;
  /** Why it could not be looked into. */
  readonly problem?: string;
}

const isRun = (entries: readonly Dirent[]): boolean =>
  entries.some((entry) => !entry.isDirectory() && (entry.name === MANIFEST_FILE || entry.name === METRICS_FILE));

/** Packages bring manifests of their own. */
const PASSED_OVER = new Set(['node_modules']);

function* search(directory: string): Generator<FoundRun> {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    yield { directory, problem: `the folder cannot be read (${(error as NodeJS.ErrnoException).code})` };
    return;
  }
  if (isRun(entries)) yield { directory };
  // Links are no directories here, so there are no circles.
  const folders = entries.filter((entry) => entry.isDirectory() && !PASSED_OVER.has(entry.name));
  for (const { name } of folders.sort((a, b) => (a.name < b.name ? -1 : 1))) yield* search(join(directory, name));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** All runs in a folder and below it; links are not followed. Throws a UsageError where there is no such folder. */
export function findRuns(directory: string): FoundRun[] {
  if (!isFolder(directory)) throw new UsageError(`${directory} is not a folder; allowed: one with runs in it or below`);
  return [...search(directory)];
}

/** Runs from folders that are runs themselves or hold some, each once. Throws a UsageError where one holds none. */
export function runsIn(directories: readonly string[]): FoundRun[] {
  const found = directories.flatMap((directory) => {
    const runs = isFolder(directory) ? findRuns(directory) : [];
    if (runs.length === 0) throw new UsageError(notARun(directory));
    return runs;
  });
  return [...new Map(found.map((run) => [resolve(run.directory), run])).values()];
}

/** Why a path is not a run, as a line. */
export const notARun = (path: string): string =>
  `${path} ${existsSync(path) ? 'is not a run' : 'does not exist'}; allowed: a folder written by regimes train --out or regimes sweep`;
