import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { SweepRun } from '../run/recorded-run.js';
import { finishedManifest } from '../run/whole-run.js';
import { UsageError } from '../system/usage-error.js';
import type { PlannedRun, SweepPlan } from './plan.js';
import { readPlan } from './plan-file.js';
import { type ReadSweepOptions, SweepReader } from './sweep-reader.js';

/** A sweep on disk: a folder with a plan and one run a folder, named by what varies. */

export { runDirectory } from './plan.js';

/** Whether a run is finished on disk, and whole: one that is damaged is not. */
export function isFinished(sweep: string, { folder, configuration }: PlannedRun): boolean {
  try {
    return isDeepStrictEqual(finishedManifest(join(sweep, folder))?.configuration, configuration);
  } catch {
    return false;
  }
}

/** Why a folder that holds no sweep is refused; `besides` is what else would be allowed. */
export const notASweep = (directory: string, besides = ''): UsageError =>
  new UsageError(`${directory} is not a sweep; allowed: a folder written by regimes sweep --out${besides}`);

/** The plan of a sweep on disk. Throws a UsageError if there is no sweep. */
export function readSweepPlan(directory: string): SweepPlan {
  const plan = readPlan(directory);
  if (plan !== undefined) return plan;
  throw notASweep(directory);
}

/**
 * All runs of a sweep on disk that are at a fixed ELR, by rising ELR. Throws a UsageError if there is no sweep, one line if a run
 * is damaged and `onDamaged` is not given.
 *
 * @example
 * const sweep = readSweep('runs/sweep');
 * console.log(sweep.map(({ manifest }) => manifest.configuration.rate.value)); // [ 0.001, 1 ]
 */
export function readSweep(directory: string, options: ReadSweepOptions = {}): SweepRun[] {
  readSweepPlan(directory);
  return new SweepReader(directory, options).read();
}
