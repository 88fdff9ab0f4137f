import { join } from 'node:path';
import { lengtheningObstacle } from '../../src/run/lengthening.js';
import { finishedManifest } from '../../src/run/whole-run.js';
import { changePlan } from '../../src/sweep/extend-sweep.js';
import type { PlannedRun } from '../../src/sweep/plan.js';
import { UsageError } from '../../src/system/usage-error.js';

/** The planned run with more steps. Throws a UsageError where its record cannot go on as that of a longer run. */
function longer(directory: string, run: PlannedRun, factor: number): PlannedRun {
  const { folder, configuration, lengthenedFrom = configuration.steps } = run;
  const manifest = finishedManifest(join(directory, folder));
  if (manifest === undefined) throw new UsageError(`${folder} is not finished; train it to its end first`);
  const obstacle = lengtheningObstacle(manifest);
  if (obstacle !== undefined) throw new UsageError(`${folder} cannot be lengthened: ${obstacle}`);
  const steps = Math.ceil(factor * configuration.steps);
  return { ...run, configuration: { ...configuration, steps }, lengthenedFrom };
}

/**
 * Plans finished runs of a sweep for `factor` times as many steps, by the names of their folders, and returns these runs; `runStudy`
 * then goes on with them from their last weights. Steps and weights are, to the byte, those of a run that was that long from the start;
 * a measured run keeps the measurement at its first end besides. What was kept about its last weights (curvature, balance, annealing)
 * is removed when it goes on. Throws a UsageError where there is no such run, it is not finished, or its next steps depend on more
 * than its weights: momentum, a schedule, an average of weights.
 */
export function lengthenRuns(
  directory: string,
  folders: readonly string[],
  { factor = 2 }: { readonly factor?: number } = {},
): readonly PlannedRun[] {
  if (!(factor > 1)) throw new UsageError(`a run cannot be lengthened by a factor ${factor}; allowed: more than 1`);
  const change = (runs: readonly PlannedRun[]): readonly PlannedRun[] => {
    const unknown = folders.find((folder) => !runs.some((run) => run.folder === folder));
    if (unknown !== undefined)
      throw new UsageError(`${directory} has no run ${unknown}; allowed: one that its plan names`);
    return runs.map((run) => (folders.includes(run.folder) ? longer(directory, run, factor) : run));
  };
  return changePlan(directory, change).runs.filter(({ folder }) => folders.includes(folder));
}
