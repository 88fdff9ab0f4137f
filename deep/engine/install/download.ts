import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeWithParents, writeAtomically } from '../../../src/system/atomic.js';
import { disk } from '../../../src/system/disk.js';
import { fileChecksum } from '../../../src/system/file-checksum.js';
import { bytesBelow, DOWNLOADS, TEMPORARY } from './folders.js';
import type { LockedWheel } from './locks.js';
import { FOR_WHEELS, pip } from './pip.js';
import { requirementLines } from './unpack.js';

/** Called with bytes that are here, the total, and the name of what is on its way. */
export type OnProgress = (bytes: number, total: number, label: string) => void;

const MILLISECONDS_PER_REPORT = 500;

/** Whether a wheel has been downloaded; what has its name and is not it is removed. */
function isHere(directory: string, { file, sha256 }: LockedWheel): boolean {
  const path = join(directory, DOWNLOADS, file);
  if (!existsSync(path)) return false;
  if (fileChecksum(path).sha256 === sha256) return true;
  disk().remove(path);
  return false;
}

/** Those of the wheels that have not been downloaded. */
export const missingWheels = (directory: string, wheels: readonly LockedWheel[]): LockedWheel[] =>
  wheels.filter((wheel) => !isHere(directory, wheel));

export const bytesOf = (wheels: readonly LockedWheel[]): number => wheels.reduce((sum, { bytes }) => sum + bytes, 0);

/** Has pip download one wheel, and accept it only with its checksum. */
async function downloadWheel(directory: string, wheel: LockedWheel): Promise<void> {
  const [temporary, requirements] = [join(directory, TEMPORARY), join(directory, TEMPORARY, 'requirements.txt')];
  disk().removeTree(temporary);
  makeWithParents(temporary);
  writeAtomically(requirements, requirementLines([wheel]));
  const words = ['--no-deps', '--require-hashes', ...FOR_WHEELS, '--requirement', requirements];
  try {
    await pip(['download', '--dest', join(directory, DOWNLOADS), ...words], { environment: { TMPDIR: temporary } });
  } catch (error) {
    throw new Error(`${wheel.name} ${wheel.version}: ${(error as Error).message}`);
  }
}

/** Downloads those wheels that are missing, one after another: those that are complete survive an interruption. */
export async function downloadWheels(
  directory: string,
  wheels: readonly LockedWheel[],
  onProgress: OnProgress,
): Promise<void> {
  makeWithParents(join(directory, DOWNLOADS));
  const missing = missingWheels(directory, wheels);
  const total = bytesOf(wheels);
  let before = bytesOf(wheels.filter((wheel) => !missing.includes(wheel)));
  for (const wheel of missing) {
    const report = (): void => onProgress(before + bytesBelow(join(directory, TEMPORARY)), total, wheel.name);
    const timer = setInterval(report, MILLISECONDS_PER_REPORT);
    try {
      await downloadWheel(directory, wheel);
    } finally {
      clearInterval(timer);
    }
    before += wheel.bytes;
    onProgress(before, total, wheel.name);
  }
}
