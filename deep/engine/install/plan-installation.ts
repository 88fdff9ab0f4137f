import { existsSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findInstallation, type Installation } from '../installed/find.js';
import type { Device, InstallableEngine } from '../names.js';
import { bytesOf, missingWheels } from './download.js';
import { WHEELS } from './folders.js';
import type { LockedWheel } from './locks.js';
import type { Recipe } from './recipe.js';
import { recipeFor } from './recipes.js';

/** Where an engine is to go, and the device that it is for. */
export interface EngineOrder {
  readonly engine: InstallableEngine;
  /** Folder of all engines. */
  readonly folder: string;
  /** Default: the one it was installed for, else a GPU where there is a driver for one. */
  readonly device?: Device;
}

/** What an installation would download and need. */
export interface InstallationPlan {
  readonly engine: InstallableEngine;
  readonly device: Device;
  readonly directory: string;
  readonly wheels: readonly LockedWheel[];
  /** Bytes of all wheels. */
  readonly bytes: number;
  /** Bytes that are still to be downloaded. */
  readonly missingBytes: number;
  /** Bytes of disk that the installation needs at most, besides what it has. */
  readonly neededBytes: number;
  readonly freeBytes: number;
  /** What is downloaded besides the wheels, in words. */
  readonly also?: string;
}

/** Free bytes on the disk that a folder is on, or will be. */
function freeBytesOf(folder: string): number {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  return bavail * bsize;
}

/** How the engine of an order is made. Throws a UsageError where it cannot be. */
export const orderedRecipe = ({ engine, device }: EngineOrder, { record }: Installation): Recipe =>
  recipeFor(engine, device ?? record?.device);

/** What is still to be done of a recipe in a folder. */
export async function planRecipe(recipe: Recipe, directory: string): Promise<InstallationPlan> {
  const { engine, device, wheels, unpackedBytes, alsoDownloads } = recipe;
  const isUnpacked = existsSync(join(directory, WHEELS));
  const missingBytes = isUnpacked ? 0 : bytesOf(missingWheels(directory, wheels));
  return {
    ...{ engine, device, directory, wheels, bytes: bytesOf(wheels), missingBytes },
    neededBytes: isUnpacked ? 0 : missingBytes + unpackedBytes,
    freeBytes: freeBytesOf(directory),
    ...(alsoDownloads === undefined ? {} : { also: alsoDownloads }),
  };
}

/** What `installEngine` would do; nothing is written, and nobody is asked. */
export async function planInstallation(order: EngineOrder): Promise<InstallationPlan> {
  const found = findInstallation(order.engine, order.folder);
  return planRecipe(orderedRecipe(order, found), found.directory);
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

/** Throws one line where the disk has not enough room. */
export function refuseFullDisk({ directory, neededBytes, freeBytes }: InstallationPlan): void {
  if (neededBytes <= freeBytes) return;
  throw new Error(
    `not enough disk space: ${gigabytes(neededBytes)} GB are needed in ${directory}, ${gigabytes(freeBytes)} GB are free`,
  );
}
