import { existsSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { makeWithParents } from '../../../src/system/atomic.js';
import { lockDirectory } from '../../../src/system/lock.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { findInstallation, type Installation } from '../installed/find.js';
import { RECORD_FORMAT, recordPath, writeRecord } from '../installed/record.js';
import { downloadWheels } from './download.js';
import { bytesBelow, DOWNLOADS, TEMPORARY, WHEELS } from './folders.js';
import { requirePip } from './pip.js';
import { planWheels, readPlan, writePlan } from './plan.js';
import {
  describePlan,
  type EngineOrder,
  freeBytesOf,
  type InstallOptions,
  orderedDevice,
  refuseFullDisk,
} from './plan-installation.js';
import type { Recipe } from './recipe.js';
import { recipeFor } from './recipes.js';
import { unpackWheels } from './unpack.js';

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

/** An engine of another version, or for another device, makes room. */
function clearOther(directory: string, found: Installation): void {
  if (found.record === undefined) return;
  // Without its record it is half an engine from here on.
  rmSync(recordPath(directory));
  for (const name of [WHEELS, 'node_modules']) rmSync(join(directory, name), { recursive: true, force: true });
}

async function makeEngine(directory: string, recipe: Recipe, options: InstallOptions): Promise<void> {
  const { onProgress = () => {}, onNote = () => {}, freeBytes = freeBytesOf } = options;
  const begun = readPlan(directory, recipe);
  const plan = begun ?? (await planWheels(recipe));
  // Wheels of another plan are of no use.
  if (begun === undefined) rmSync(join(directory, WHEELS), { recursive: true, force: true });
  const whole = await describePlan(recipe, plan, directory, freeBytes);
  refuseFullDisk(whole);
  writePlan(directory, plan);
  if (!existsSync(join(directory, WHEELS))) {
    await downloadWheels(directory, plan, onProgress);
    onNote(`unpacking ${plan.wheels.length} wheels`);
    await unpackWheels(directory, plan, recipe);
  }
  onNote(`making the engine`);
  await recipe.finish(directory);
  for (const name of [DOWNLOADS, TEMPORARY, 'requirements.txt'])
    rmSync(join(directory, name), { recursive: true, force: true });
  const { engine, device, version } = recipe;
  writeRecord(directory, {
    ...{ format: RECORD_FORMAT, engine, version, device, installed: new Date().toISOString() },
    bytes: bytesBelow(directory),
    wheels: plan.wheels.map(({ name, version: of, sha256, bytes }) => ({
      name,
      version: of,
      sha256,
      bytes: bytes ?? 0,
    })),
    libraries: libraryFoldersIn(directory, recipe),
  });
}

/** Whether an engine is installed as it was asked for. */
const isAsOrdered = ({ state, record }: Installation, { device }: EngineOrder): boolean =>
  state === 'installed' && (device === undefined || device === record!.device);

/** An installation, and whether this call made it. */
export interface Installed extends Installation {
  readonly isNew: boolean;
}

/**
 * Installs an engine into a folder of its own, from wheels of PyPI, unless it is there. After an interruption the same
 * call goes on: whole wheels are kept, and everything is checked by pip against the checksums of the index. Throws a
 * UsageError where a program is missing, or another process installs the same engine, and one line for what fails.
 */
export async function installEngine(order: EngineOrder, options: InstallOptions = {}): Promise<Installed> {
  const { engine, folder } = order;
  const found = findInstallation(engine, folder);
  const recipe = recipeFor(engine, orderedDevice(order, found));
  if (isAsOrdered(found, order)) return { ...found, isNew: false };
  await recipe.requirePrograms();
  await requirePip();
  makeFolder(found.directory);
  const release = lockDirectory(found.directory);
  try {
    clearOther(found.directory, found);
    await makeEngine(found.directory, recipe, options);
  } finally {
    release();
  }
  return { ...findInstallation(engine, folder), isNew: true };
}
