import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ElrConfiguration } from '../run/manifest.js';
import { MANIFEST_FILE } from '../run/run-directory.js';
import { makeDirectory } from '../system/atomic.js';
import { lockDirectory } from '../system/lock.js';
import { UsageError } from '../system/usage-error.js';
import { readSweepPlan } from './directory.js';
import { elrPlan, type PlannedRun, type SweepPlan, unite } from './plan.js';
import { type KnownPlan, planDifference, readPlan, SWEEP_FILE, writePlan } from './plan-file.js';

/** The plan of a sweep on disk: made, extended by further runs, or changed. */

/**
 * Makes `directory` the home of a sweep, or adds the runs of `plan` to the one that is there; runs already
 * planned are kept. Returns the whole plan. Throws a UsageError if the folder holds another sweep, so that no two mix.
 */
export function extendSweep(directory: string, plan: SweepPlan): SweepPlan {
  const known = readPlan(directory);
  if (known !== undefined) refuseOther(directory, known, plan);
  if (existsSync(join(directory, MANIFEST_FILE))) {
    throw new UsageError(`${directory} holds a single run; choose another --out`);
  }
  refuseInside(directory);
  makeDirectory(directory);
  // Another process may be adding runs too. Besides, a folder that cannot be written is found out here, before any run.
  const release = lockDirectory(directory);
  try {
    const latest = readPlan(directory);
    if (latest !== undefined) refuseOther(directory, latest, plan);
    const { shared: _, ...before } = latest ?? { ...plan, shared: {} };
    const whole = unite(before, plan);
    if (!existsSync(join(directory, SWEEP_FILE)) || whole.runs.length > before.runs.length) {
      writePlan(directory, whole);
    }
    return whole;
  } finally {
    release();
  }
}

/**
 * Replaces the runs of a sweep on disk by what `change` makes of them, and returns the plan. Throws a UsageError if there is no sweep, and
 * what `change` throws, in which case nothing changes.
 */
export function changePlan(
  directory: string,
  change: (runs: readonly PlannedRun[]) => readonly PlannedRun[],
): SweepPlan {
  const release = lockDirectory(directory);
  try {
    const { varied, given, runs } = readSweepPlan(directory);
    const plan = { varied, given, runs: change(runs) };
    writePlan(directory, plan);
    return plan;
  } finally {
    release();
  }
}

/** A sweep among the runs of another would be taken for one of them. */
function refuseInside(directory: string): void {
  const above = dirname(resolve(directory));
  const kind = [SWEEP_FILE, MANIFEST_FILE].find((file) => existsSync(join(above, file)));
  if (kind === undefined) return;
  const what = kind === SWEEP_FILE ? 'a sweep' : 'a single run';
  throw new UsageError(`${directory} lies in the folder of ${what}; choose another --out`);
}

function refuseOther(directory: string, known: KnownPlan, plan: SweepPlan): void {
  const difference = planDifference(known, plan);
  if (difference !== undefined) {
    throw new UsageError(`${directory} holds another sweep (${difference}); choose another --out`);
  }
}

/** `extendSweep` for runs that differ in their ELR alone. */
export const openSweep = (directory: string, runs: readonly ElrConfiguration[]): SweepPlan =>
  extendSweep(directory, elrPlan(runs));
