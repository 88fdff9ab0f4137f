import { UsageError } from '../system/usage-error.js';
import type { Condition } from './conditions.js';
import { notASweep } from './directory.js';
import { foundPlan, RUN } from './found-runs.js';
import { type SweepGroup, selectRuns, sweepGroups } from './groups.js';
import type { SweepPlan } from './plan.js';
import { readPlan } from './plan-file.js';

/** What is allowed besides. */
export const OR_RUNS = ', or a run at a fixed ELR, or a folder of such runs, written by regimes train --elr';

/**
 * The plan of a sweep on disk, or of runs that lie beside one another without one, of which only those that conditions name are read.
 * Throws a UsageError if there is neither, and where the runs of a sweep are not at a fixed ELR.
 */
export function elrPlanOnDisk(directory: string, where: readonly Condition[] = []): SweepPlan {
  const named = where.flatMap(({ name, value }) => (name === RUN ? [value] : []));
  const isWanted = (folder: string): boolean => named.length === 0 || named.includes(folder);
  const plan = readPlan(directory) ?? foundPlan(directory, isWanted);
  if (plan === undefined) throw notASweep(directory, OR_RUNS);
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
  const groups = sweepGroups(selectRuns(elrPlanOnDisk(directory, where), where), within);
  return groups.length > 0 ? groups : [{ setting: {}, planned: [] }];
}
