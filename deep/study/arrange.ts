import type { SweepPlan } from '../../src/sweep/plan.js';
import { MOST_TOGETHER } from '../../src/system/bounds.js';
import { cores } from '../../src/system/processors.js';
import { UsageError } from '../../src/system/usage-error.js';
import { PROVIDERS } from '../engine/names.js';

/** How the runs of a sweep are laid out over a machine: `workers` processes with `together` runs each. */
export interface Arrangement {
  readonly workers: number;
  readonly together: number;
}

/** Runs that step together on a GPU unless the user says otherwise. */
const TOGETHER_ON_GPU = 16;

const GPU_PROVIDERS: readonly string[] = PROVIDERS.filter((provider) => provider !== 'cpu');

/**
 * The arrangement that a user asks for, completed: on the cpu a process for each core and one run in each, on a GPU one
 * process with sixteen runs, or as many as that leaves for each of the processes asked for. Throws a UsageError if runs are to
 * step together on an engine that cannot, or more of them than the bound.
 */
export function arrange({ runs }: SweepPlan, asked: Partial<Arrangement> = {}): Arrangement {
  const engines = [...new Set(runs.map(({ configuration }) => configuration.engine))];
  const onGpu = engines.length > 0 && engines.every((engine) => GPU_PROVIDERS.includes(engine));
  const { together = onGpu ? TOGETHER_ON_GPU : 1 } = asked;
  const { workers = onGpu && together > 1 ? 1 : cores() } = asked;
  if (!Number.isInteger(together) || together < 1 || together > MOST_TOGETHER)
    throw new UsageError(`--together ${together}: allowed: a whole number from 1 to ${MOST_TOGETHER}`);
  const other = engines.find((engine) => !PROVIDERS.some((provider) => provider === engine));
  if (together > 1 && other !== undefined) {
    throw new UsageError(
      `--together ${together}: engine ${other} has no graph that runs could share; allowed: ${PROVIDERS.join(', ')}`,
    );
  }
  return { workers, together };
}
