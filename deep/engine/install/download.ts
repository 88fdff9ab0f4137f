import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileChecksum } from '../../../src/system/file-checksum.js';
import { bytesBelow, DOWNLOADS, TEMPORARY } from './folders.js';
import { FOR_WHEELS, pip } from './pip.js';
import type { PlannedWheel, WheelPlan } from './plan.js';
import { requirementLines } from './unpack.js';

/** Called with bytes that are here, the total, and the name of what is on its way. */
export type OnProgress = (bytes: number, total: number, label: string) => void;

const MILLISECONDS_PER_REPORT = 500;

/** Whether a wheel has been downloaded; what has its name and is not it is removed. */
function isHere(directory: string, { file, sha256 }: PlannedWheel): boolean {
  const path = join(directory, DOWNLOADS, file);
  if (!existsSync(path)) return false;
  if (fileChecksum(path).sha256 === sha256) return true;
  rmSync(path);
  return false;
}

/** The wheels of a plan that have not been downloaded. */
export const missingWheels = (directory: string, { wheels }: WheelPlan): PlannedWheel[] =>
  wheels.filter((wheel) => !isHere(directory, wheel));

/** Bytes of wheels, as far as the index says. */
export const bytesOf = (wheels: readonly PlannedWheel[]): number =>
  wheels.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);

/** Has pip download one wheel, and accept it only with its checksum. */
async function downloadWheel(directory: string, wheel: PlannedWheel): Promise<void> {
  const [temporary, requirements] = [join(directory, TEMPORARY), join(directory, 'requirements.txt')];
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary);
  writeFileSync(requirements, requirementLines([wheel]));
  const words = ['--no-deps', '--require-hashes', ...FOR_WHEELS, '--requirement', requirements];
  try {
    await pip(['download', '--dest', join(directory, DOWNLOADS), ...words], { environment: { TMPDIR: temporary } });
  } catch (error) {
    throw new Error(`${wheel.name} ${wheel.version}: ${(error as Error).message}`);
  }
}

/** Downloads what is missing of a plan, a wheel after another: those that are complete survive an interruption. */
export async function downloadWheels(directory: string, plan: WheelPlan, onProgress: OnProgress): Promise<void> {
  mkdirSync(join(directory, DOWNLOADS), { recursive: true });
  mkdirSync(join(directory, TEMPORARY), { recursive: true });
  const missing = missingWheels(directory, plan);
  const total = bytesOf(plan.wheels);
  let before = bytesOf(plan.wheels.filter((wheel) => !missing.includes(wheel)));
  for (const wheel of missing) {
    const report = (): void => onProgress(before + bytesBelow(join(directory, TEMPORARY)), total, wheel.name);
    const timer = setInterval(report, MILLISECONDS_PER_REPORT);
    try {
      await downloadWheel(directory, wheel);
    } finally {
      clearInterval(timer);
    }
    before += wheel.bytes ?? statSync(join(directory, DOWNLOADS, wheel.file)).size;
    onProgress(before, total, wheel.name);
  }
}
