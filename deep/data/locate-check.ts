import { existsSync, statSync } from 'node:fs';
import { UsageError } from '../../src/system/usage-error.js';
import { EMBEDDED_SET, KNOWN_SETS, type KnownSet, setNames } from './catalogue.js';
import { embeddedFolder } from './fashion-mnist.js';
import { sha256OfFile } from './fetch/hash.js';
import { type LocatedSet, locateData } from './locate.js';

/** Whether a folder holds at least one file of the set's layout. */
const looksLike = ({ format }: KnownSet, directory: string): boolean =>
  format.files.some((file) => format.find(directory, file) !== undefined);

/** Whether one of the files is the published one: sets of one layout are told apart by that. */
async function isPublished({ format, contents }: KnownSet, directory: string): Promise<boolean> {
  for (const file of format.files) {
    const path = format.find(directory, file);
    if (path === undefined || !file.includes('labels')) continue;
    const found = await sha256OfFile(path, { unzipped: path.endsWith('.gz') }).catch(() => undefined);
    if (found === contents[file]) return true;
  }
  return false;
}

async function recognise(directory: string): Promise<LocatedSet> {
  const sets = [...KNOWN_SETS, EMBEDDED_SET].filter((set) => looksLike(set, directory));
  const [first] = sets;
  if (first === undefined) {
    throw new UsageError(`${directory} holds no data set; allowed: a folder with the files of ${setNames()}`);
  }
  if (new Set(sets.map(({ format }) => format.files[0])).size === 1 && sets.length > 1) {
    for (const set of sets) if (await isPublished(set, directory)) return { set, directory };
    return { set: { ...first, name: 'idx', contents: {} }, directory };
  }
  return { set: first, directory };
}

/** The set that a name, a name with a folder or a folder alone stands for. */
export async function locateForCheck(word: string): Promise<LocatedSet> {
  if (word === EMBEDDED_SET.name) return { set: EMBEDDED_SET, directory: embeddedFolder() };
  const isName = KNOWN_SETS.some(({ name, prefix }) => word === name || word.startsWith(`${prefix}:`));
  if (isName || !existsSync(word)) return locateData(word)!;
  if (!statSync(word).isDirectory()) throw new UsageError(`${word} is not a folder`);
  return recognise(word);
}
