import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeWithParents } from '../../../src/system/atomic.js';
import { disk } from '../../../src/system/disk.js';
import { lockDirectory } from '../../../src/system/lock.js';
import { UsageError } from '../../../src/system/usage-error.js';
import type { KnownSet } from '../catalogue.js';
import { checkData, type DataCheck } from '../check.js';
import { writeRecord } from '../record.js';
import { type DownloadOptions, download } from './download.js';
import { unpack } from './unpack.js';

export interface FetchOptions extends Pick<DownloadOptions, 'pause'> {
  /** Where data sets are kept. */
  readonly folder: string;
  /** Another address with the same files. */
  readonly from?: string;
  /** Called with the number of bytes received, and the total. */
  readonly onProgress?: (bytes: number, total: number) => void;
}

export interface FetchedSet {
  readonly check: DataCheck;
  /** False where the set was there already, and in order. */
  readonly fetched: boolean;
}

const totalBytes = ({ archives }: KnownSet): number => archives.reduce((sum, { bytes }) => sum + bytes, 0);

/** Downloads all archives into `directory`, one after another; what is there already is kept. */
async function downloadAll(set: KnownSet, directory: string, options: FetchOptions): Promise<string[]> {
  const { from, onProgress = () => {}, pause } = options;
  const paths: string[] = [];
  let before = 0;
  for (const archive of set.archives) {
    const file = basename(archive.url);
    const path = join(directory, file);
    const url = from === undefined ? archive.url : `${from.replace(/\/+$/, '')}/${file}`;
    const start = before;
    await download({ ...archive, url }, path, {
      onProgress: (bytes) => onProgress(start + bytes, totalBytes(set)),
      ...(pause === undefined ? {} : { pause }),
    });
    before += archive.bytes;
    paths.push(path);
  }
  return paths;
}

/** Unpacks into a folder of its own, checks it, and writes down its checksums. */
async function prepare(set: KnownSet, archives: readonly string[], directory: string): Promise<void> {
  disk().removeTree(directory);
  disk().makeFolder(directory);
  for (const path of archives) await unpack(path, set.format.files, directory);
  const { problems, files } = await checkData({ set, directory });
  if (problems.length > 0) throw new Error(`the downloaded files are not ${set.name}: ${problems[0]}`);
  writeRecord(directory, {
    fetched: new Date().toISOString(),
    archives: Object.fromEntries(set.archives.map(({ url, sha256 }) => [url, sha256])),
    files: Object.fromEntries(files.map(({ file, sha256 }) => [file, sha256])),
  });
}

/** Puts a prepared folder in its place; a reader sees the old one, none for a moment, or the new one. */
function place(prepared: string, home: string, aside: string): void {
  disk().removeTree(aside);
  if (existsSync(home)) disk().rename(home, aside);
  disk().rename(prepared, home);
  disk().syncFolder(dirname(home));
  disk().removeTree(aside);
}

/** What is wrong with a disk, and not with the choice of a folder. */
const FAILS_BY_ITSELF = new Set(['ENOSPC', 'EDQUOT', 'EIO']);

function makeFolder(path: string): void {
  try {
    makeWithParents(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const line = `${path} cannot be created (${code}); set REGIMES_DATA=DIR to store data elsewhere`;
    throw FAILS_BY_ITSELF.has(code!) ? new Error(line) : new UsageError(line);
  }
}

/** Locks the folder of a fetch for this process; returns a function that releases it. */
function enter(working: string): () => void {
  for (;;) {
    makeFolder(working);
    try {
      return lockDirectory(working);
    } catch (error) {
      // Whoever was at work there has ended and taken the folder away.
      if (existsSync(working)) throw error;
    }
  }
}

/** Removes the folder of a fetch unless something is in it. */
function leave(working: string): void {
  try {
    disk().removeFolder(working);
  } catch {
    // What is left of a download, or another process has come.
  }
}

/** The check of a set that is there and in order. */
async function checkOfSound(set: KnownSet, directory: string): Promise<DataCheck | undefined> {
  if (!existsSync(directory)) return undefined;
  const check = await checkData({ set, directory });
  return check.problems.length === 0 ? check : undefined;
}

async function fetchInto(home: string, working: string, set: KnownSet, options: FetchOptions): Promise<void> {
  const archives = await downloadAll(set, working, options);
  const prepared = join(working, 'unpacked');
  await prepare(set, archives, prepared);
  place(prepared, home, join(working, 'replaced'));
  for (const path of archives) disk().remove(path);
}

/**
 * Fetches a set into its folder unless it is there and in order. What was downloaded stays under `.fetch` until the set
 * is whole, so that the same command goes on after an interruption. One process at a time fetches a set: throws a
 * UsageError where another does.
 */
export async function fetchSet(set: KnownSet, options: FetchOptions): Promise<FetchedSet> {
  const home = join(options.folder, set.name);
  const before = await checkOfSound(set, home);
  if (before !== undefined) return { check: before, fetched: false };
  const working = join(options.folder, '.fetch', set.name);
  const release = enter(working);
  try {
    // Another process may have fetched it meanwhile.
    const meanwhile = await checkOfSound(set, home);
    if (meanwhile !== undefined) return { check: meanwhile, fetched: false };
    await fetchInto(home, working, set, options);
    return { check: await checkData({ set, directory: home }), fetched: true };
  } finally {
    release();
    leave(working);
  }
}
