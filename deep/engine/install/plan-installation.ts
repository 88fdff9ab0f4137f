import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findInstallation, type Installation } from '../installed/find.js';
import type { Device, InstallableEngine } from '../names.js';
import { bytesOf, missingWheels, type OnProgress } from './download.js';
import { WHEELS } from './folders.js';
import { requirePip } from './pip.js';
import { planWheels, readPlan, type WheelPlan } from './plan.js';
import type { Recipe } from './recipe.js';
import { recipeFor } from './recipes.js';

/** Where an engine is to go, and the device that it is for. */
export interface EngineOrder {
  readonly engine: InstallableEngine;
  /** Folder of all engines. */
  readonly folder: string;
  /** Default: a GPU where there is a driver for one. */
  readonly device?: Device;
}

export interface InstallOptions {
  readonly onProgress?: OnProgress;
  /** Called with each line of information for the user. */
  readonly onNote?: (line: string) => void;
  /** Free bytes on the disk of a folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Bytes of unpacked wheels for each byte of them: 1.6 to 2.1 where it was measured. */
const UNPACKED = 2.2;

/** What an installation would download and need. */
export interface InstallationPlan extends WheelPlan {
  readonly engine: InstallableEngine;
  readonly device: Device;
  readonly directory: string;
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
export async function freeBytesOf(folder: string): Promise<number> {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  return bavail * bsize;
}

export async function describePlan(
  { engine, device, addedBytes, alsoDownloads }: Recipe,
  plan: WheelPlan,
  directory: string,
  freeBytes: NonNullable<InstallOptions['freeBytes']>,
): Promise<InstallationPlan> {
  const [bytes, missingBytes] = [bytesOf(plan.wheels), bytesOf(missingWheels(directory, plan))];
  const unpacked = existsSync(join(directory, WHEELS)) ? 0 : UNPACKED * bytes;
  return {
    ...{ engine, device, directory, ...plan, bytes, missingBytes },
    neededBytes: Math.ceil(missingBytes + unpacked + addedBytes),
    freeBytes: await freeBytes(directory),
    ...(alsoDownloads === undefined ? {} : { also: alsoDownloads }),
  };
}

/** The device that an engine is for: the one it was installed for, unless another is asked for. */
export const orderedDevice = ({ device }: EngineOrder, { record }: Installation): Device | undefined =>
  device ?? record?.device;

/** What `installEngine` would do, from what the package index says; nothing is written. */
export async function planInstallation(
  order: EngineOrder,
  { freeBytes = freeBytesOf }: InstallOptions = {},
): Promise<InstallationPlan> {
  const { engine, folder } = order;
  const found = findInstallation(engine, folder);
  const recipe = recipeFor(engine, orderedDevice(order, found));
  await requirePip();
  const plan = readPlan(found.directory, recipe) ?? (await planWheels(recipe));
  return describePlan(recipe, plan, found.directory, freeBytes);
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

/** Throws one line where the disk has not enough room. */
export function refuseFullDisk({ directory, neededBytes, freeBytes }: InstallationPlan): void {
  if (neededBytes <= freeBytes) return;
  throw new Error(
    `not enough disk space: ${gigabytes(neededBytes)} GB are needed in ${directory}, ${gigabytes(freeBytes)} GB are free`,
  );
}
