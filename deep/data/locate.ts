import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../src/system/usage-error.js';
import { userDataFolder } from '../../src/system/user-data-folder.js';
import { EMBEDDED_SET, KNOWN_SETS, type KnownSet } from './catalogue.js';

const ALLOWED = [
  `${EMBEDDED_SET.name} (2,000 images, comes with the package)`,
  ...KNOWN_SETS.map(({ name }) => name),
  ...KNOWN_SETS.map(({ prefix }) => `${prefix}:DIR`),
].join(', ');

/** A data set in a folder. */
export interface LocatedSet {
  readonly set: KnownSet;
  readonly directory: string;
}

/** Where fetched data sets are kept, one a folder. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { REGIMES_DATA } = environment;
  return REGIMES_DATA ? resolve(REGIMES_DATA) : userDataFolder(environment);
}

/** The folder of a set that has been fetched or installed; undefined where it is neither. */
export function findSet({ name, systemFolder }: KnownSet): string | undefined {
  const folders = [join(dataFolder(), name), ...(systemFolder === undefined ? [] : [systemFolder])];
  return folders.find((folder) => existsSync(folder));
}

function checkedDirectory({ prefix, format }: KnownSet, directory: string): string {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return directory;
  const { files } = format;
  const found = directory === '' ? `${prefix}: names no folder` : `${directory} is not a folder`;
  throw new UsageError(`${found}; --data ${prefix}:DIR needs a folder with ${files[0]} ... ${files.at(-1)}`);
}

/** The set and folder that a name like `cifar10` or `cifar10:DIR` stands for; undefined for the embedded images. */
export function locateData(name: string): LocatedSet | undefined {
  if (name === EMBEDDED_SET.name) return undefined;
  const colon = name.indexOf(':');
  const set = KNOWN_SETS.find(
    (known) => (colon < 0 ? known.name : known.prefix) === name.slice(0, colon < 0 ? undefined : colon),
  );
  if (set === undefined) throw new UsageError(`unknown data set ${name}; allowed: ${ALLOWED}`);
  if (colon >= 0) return { set, directory: checkedDirectory(set, name.slice(colon + 1)) };
  const directory = findSet(set);
  if (directory !== undefined) return { set, directory: checkedDirectory(set, directory) };
  throw new UsageError(
    `${name} is not in ${dataFolder()}; run regimes data fetch ${name}, or give --data ${set.prefix}:DIR`,
  );
}

/** The name with its folder as an absolute path, so that a run on disk still says where its data was. */
export function absoluteDataName(name: string): string {
  const colon = name.indexOf(':');
  const prefix = name.slice(0, colon);
  if (!KNOWN_SETS.some((known) => known.prefix === prefix)) return name;
  const directory = name.slice(colon + 1);
  return directory === '' ? name : `${prefix}:${resolve(directory)}`;
}
