import { basename } from 'node:path';
import { type Cadence, inSteps, stepsPerEpoch } from '../../src/run/epoch.js';
import type { RecordedRun } from '../../src/run/recorded-run.js';
import type { RunConfiguration } from '../../src/run/stored-configuration.js';
import { type SweepPlan, unite } from '../../src/sweep/plan.js';
import { SweepReader } from '../../src/sweep/sweep-reader.js';
import { defined } from '../../src/system/defined.js';
import type { SweepProgress } from '../sweep/ledger.js';
import { runSweep, type SweepFailure } from '../sweep/workers.js';
import { arrange } from './arrange.js';
import { imageCounts } from './image-counts.js';
import { type PlanOptions, planSweep } from './plan-sweep.js';
import type { SweepSpec } from './spec.js';

export type { SweepProgress } from '../sweep/ledger.js';
export type { SweepFailure } from '../sweep/workers.js';

/** Where a study is kept, and how it is trained. */
export interface StudyOptions {
  /** Where the runs are kept, one a folder. */
  readonly directory: string;
  /** Processes side by side; default: all cores, or one process if runs step together on a GPU. */
  readonly workers?: number | undefined;
  /**
   * Runs in each process, which take their steps in one graph where they are alike; default: up to 16 on a GPU, 1 elsewhere.
   * On the cpu their files are those of runs trained alone.
   */
  readonly together?: number | undefined;
  /** How often a run writes a checkpoint; default: every half minute. */
  readonly checkpointEvery?: Cadence | undefined;
  /** Trains damaged runs anew, in place of what is left of them; default: they fail. */
  readonly redoDamaged?: boolean | undefined;
  /** Called whenever a run has come further. */
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Aborting it ends the study: running processes are stopped, files on disk are kept. */
  readonly signal?: AbortSignal;
}

/** How many steps of a run a cadence is, for each run of a sweep. */
export function checkpointSteps(every: Cadence): (configuration: RunConfiguration) => number {
  const images = imageCounts();
  return ({ data, trainImages, validation, batch, training: { fullBatch } }) =>
    inSteps(every, stepsPerEpoch({ batch, fullBatch }, images.train(data, trainImages ?? undefined, validation)));
}

/**
 * Trains every run of a plan that is not finished in the directory, and returns those that failed. What was interrupted goes on
 * from its last checkpoint, to the same bytes. Throws a UsageError if the directory holds another sweep, and the signal's
 * reason where it is aborted. Also throws a UsageError if runs are to step together on an engine that cannot.
 */
export async function runStudy(
  plan: SweepPlan,
  { directory, workers, together, checkpointEvery, ...rest }: StudyOptions,
): Promise<readonly SweepFailure[]> {
  return runSweep(directory, plan, {
    ...rest,
    ...arrange(plan, defined({ workers, together })),
    ...(checkpointEvery && { checkpointEvery: checkpointSteps(checkpointEvery) }),
  });
}

/** Trains a plan in a directory: `runStudy`, or that with progress shown and interrupts handled. */
export type Trainer = (
  plan: SweepPlan,
  options: Pick<StudyOptions, 'directory' | 'workers'>,
) => Promise<readonly SweepFailure[]>;

/** The runs of a plan that have taken a step; damaged ones are left out, which training has named. */
export function studyRuns(directory: string, { runs }: SweepPlan): RecordedRun[] {
  const folders = new Set(runs.map(({ folder }) => folder));
  return new SweepReader(directory, { onDamaged: () => {} })
    .all()
    .filter((run) => folders.has(basename(run.directory)) && run.steps.length > 0);
}

/** The runs of a sweep on disk. */
export interface TrainedRuns {
  readonly runs: readonly RecordedRun[];
  /** How many runs failed. */
  readonly failed: number;
}

/** How what trains a sweep does so. */
export interface TrainOptions extends PlanOptions {
  readonly directory: string;
  /** Default: `runStudy`. */
  readonly train?: Trainer;
}

/** Plans a sweep, trains its unfinished runs, and reads all runs. */
export const trainSweep = (spec: SweepSpec, options: TrainOptions): Promise<TrainedRuns> =>
  trainSweeps([spec], options);

/**
 * The same for sweeps in one directory that vary the same settings but are not all their combinations, as where each run starts from
 * a file of its own. At least one; all are trained side by side.
 */
export async function trainSweeps(
  specs: readonly SweepSpec[],
  { directory, train = runStudy, ...options }: TrainOptions,
): Promise<TrainedRuns> {
  const plans: SweepPlan[] = [];
  for (const spec of specs) plans.push(await planSweep(spec, options));
  const plan = plans.reduce(unite);
  const failures = await train(plan, { directory, workers: options.workers });
  return { runs: studyRuns(directory, plan), failed: failures.length };
}
