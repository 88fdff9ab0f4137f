import { UsageError } from '../system/usage-error.js';
import type { Condition } from './conditions.js';
import { readSweepPlan } from './directory.js';
import { type SweepGroup, selectRuns, sweepGroups } from './groups.js';
import type { SweepPlan } from './plan.js';

/** The plan of a sweep on disk. Throws a UsageError if there is no sweep, and where its runs are not at a fixed ELR. */
export function elrPlanOnDisk(directory: string): SweepPlan {
  const plan = readSweepPlan(directory);
  if (plan.varied.includes('elr')) return plan;
  throw new UsageError(`${directory} is a sweep over learning rates in full space; this needs runs at fixed ELRs`);
}

/**
 * The groups of a sweep on disk whose runs meet conditions, one at least; runs of one differ in the options `within`, their rate
 * where nothing is said. Throws a UsageError if there is no sweep, and where its runs are not at a fixed ELR.
 */
export function groupsOnDisk(
  directory: string,
  where: readonly Condition[] = [],
  within?: readonly string[],
): SweepGroup[] {
  const groups = sweepGroups(selectRuns(elrPlanOnDisk(directory), where), within);
  return groups.length > 0 ? groups : [{ setting: {}, planned: [] }];
}
