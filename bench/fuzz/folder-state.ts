import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What a folder holds, for comparing: the bytes of each file by its path. */
export type FolderState = ReadonlyMap<string, Buffer>;

/** All files in a folder and below. */
export function stateOf(folder: string): FolderState {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
}

/** What a process leaves that fails while it tidies up, or is killed: none of it is taken for data. */
const isLeftover = (path: string): boolean => /(^|\/)lock$|\.\d+\.(tmp|stale)$|(^|\/)\.fetch\//.test(path);
/** Kept to save time, and named by the times of change of files. */
const isSpare = (path: string): boolean => path.endsWith('summary.json');

/** Times of day and durations, which differ from one time to the next. */
const VOLATILE = /"(created|seconds|fetched)": ?("[^"]*"|[\d.e+-]+)/g;
/** The checksum of a manifest, which follows from them too. */
const OWN_CHECKSUM = /\n {2}"sha256": "[^"]*"\n\}\n$/;

const said = (path: string, bytes: Buffer): string =>
  path.endsWith('.json')
    ? bytes.toString('latin1').replace(VOLATILE, '"$1": 0').replace(OWN_CHECKSUM, '')
    : bytes.toString('latin1');

/** The files that count, and what they say. */
export const contentsOf = (state: FolderState): Map<string, string> =>
  new Map(
    [...state]
      .filter(([path]) => !isLeftover(path) && !isSpare(path))
      .map(([path, bytes]) => [path, said(path, bytes)]),
  );

/** The first difference between two folders, in words; undefined if there is none. */
export function difference(found: FolderState, wanted: FolderState): string | undefined {
  const [a, b] = [contentsOf(found), contentsOf(wanted)];
  for (const path of new Set([...a.keys(), ...b.keys()])) {
    if (!a.has(path)) return `${path} is missing`;
    if (!b.has(path)) return `${path} is one too many`;
    if (a.get(path) !== b.get(path)) return `${path} differs`;
  }
  return undefined;
}
