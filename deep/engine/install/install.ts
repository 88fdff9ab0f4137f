import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { makeWithParents, writeAtomically } from '../../../src/system/atomic.js';
import { disk } from '../../../src/system/disk.js';
import { lockDirectory } from '../../../src/system/lock.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { findInstallation, type Installation } from '../installed/find.js';
import { RECORD_FORMAT, recordPath, writeRecord } from '../installed/record.js';
import { downloadWheels, type OnProgress } from './download.js';
import { bytesBelow, DOWNLOADS, TEMPORARY, WHEELS } from './folders.js';
import { requirePip } from './pip.js';
import { type EngineOrder, orderedRecipe, planRecipe, refuseFullDisk } from './plan-installation.js';
import type { Recipe } from './recipe.js';
import { requirementLines, unpackWheels } from './unpack.js';

export interface InstallOptions {
  readonly onProgress?: OnProgress;
  /** Called with each line of information for the user. */
  readonly onNote?: (line: string) => void;
  /** Another recipe than that of the order. */
  readonly recipe?: Recipe;
}

/** Folders of native libraries below that of an engine, in the order in which they are searched. */
function libraryFoldersIn(directory: string, { libraries }: Recipe): string[] {
  const nvidia = join(directory, WHEELS, 'nvidia');
  const makers = existsSync(nvidia) ? readdirSync(nvidia).toSorted() : [];
  const theirs = makers.filter((name) => existsSync(join(nvidia, name, 'lib'))).map((name) => `nvidia/${name}/lib`);
  return [...libraries, ...theirs].map((folder) => `${WHEELS}/${folder}`);
}

function makeFolder(directory: string): void {
  if (directory.includes(delimiter))
    throw new UsageError(
      `${directory} has a "${delimiter}" in it, which LD_LIBRARY_PATH cannot name; choose another --dir`,
    );
  try {
    makeWithParents(directory);
  } catch (error) {
    throw new UsageError(
      `${directory} cannot be made (${(error as NodeJS.ErrnoException).code}); choose another --dir`,
    );
  }
}

/** Which wheels the content of an engine's folder is from. */
const CONTENT = 'wheels.txt';

/** Removes what another recipe has left. Without its record the engine is half an engine from here on. */
function clearOther(directory: string, { wheels }: Recipe): void {
  disk().remove(recordPath(directory));
  const [path, content] = [join(directory, CONTENT), requirementLines(wheels)];
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  for (const name of [WHEELS, 'node_modules']) disk().removeTree(join(directory, name));
  writeAtomically(path, content);
}

async function makeEngine(directory: string, recipe: Recipe, options: InstallOptions): Promise<void> {
  const { onProgress = () => {}, onNote = () => {} } = options;
  const { engine, device, version, wheels } = recipe;
  clearOther(directory, recipe);
  refuseFullDisk(await planRecipe(recipe, directory));
  if (!existsSync(join(directory, WHEELS))) {
    await downloadWheels(directory, wheels, onProgress);
    onNote('unpacking');
    await unpackWheels(directory, recipe);
  }
  onNote(`making engine ${engine}`);
  await recipe.finish(directory);
  for (const name of [DOWNLOADS, TEMPORARY]) disk().removeTree(join(directory, name));
  writeRecord(directory, {
    ...{ format: RECORD_FORMAT, engine, version, device, installed: new Date().toISOString() },
    bytes: bytesBelow(directory),
    wheels: wheels.map(({ name, version: of, sha256, bytes }) => ({ name, version: of, sha256, bytes })),
    libraries: libraryFoldersIn(directory, recipe),
  });
}

/** Whether an engine is installed as it was asked for. */
const isAsOrdered = ({ state, record }: Installation, { device }: Recipe): boolean =>
  state === 'installed' && record!.device === device;

/** An installation, and whether this call made it. */
export interface Installed extends Installation {
  readonly isNew: boolean;
}

/**
 * Installs an engine into a folder of its own, from wheels of PyPI, unless it is there. After an interruption the same
 * call goes on: whole wheels are kept. pip accepts only wheels with the checksums that this program knows. Throws a
 * UsageError where a program is missing, or another process installs the same engine, and one line for what fails.
 */
export async function installEngine(order: EngineOrder, options: InstallOptions = {}): Promise<Installed> {
  const { engine, folder } = order;
  const found = findInstallation(engine, folder);
  const recipe = options.recipe ?? orderedRecipe(order, found);
  if (isAsOrdered(found, recipe)) return { ...found, isNew: false };
  await recipe.requirePrograms();
  await requirePip();
  makeFolder(found.directory);
  const release = lockDirectory(found.directory);
  try {
    await makeEngine(found.directory, recipe, options);
  } finally {
    release();
  }
  return { ...findInstallation(engine, folder), isNew: true };
}
