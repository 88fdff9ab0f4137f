import { join, resolve } from 'node:path';
import { ANNEAL_STEPS, ANNEALING_FACTOR, annealingSteps } from '../../src/experiments/anneal.js';
import { recordAnnealing } from '../../src/experiments/annealed-pair.js';
import type { LossLost } from '../../src/run/annealing-record.js';
import { stepsPerEpoch } from '../../src/run/epoch.js';
import { readSteps } from '../../src/run/read-steps.js';
import { readManifest, WEIGHTS_FILE } from '../../src/run/run-directory.js';
import type { RunConfiguration } from '../../src/run/stored-configuration.js';
import { finishedManifest } from '../../src/run/whole-run.js';
import { type PlannedRun, plannedRun, type SweepPlan } from '../../src/sweep/plan.js';
import { UsageError } from '../../src/system/usage-error.js';
import { runStudy, type Trainer } from './run-study.js';

/** One run of a sweep that goes on with a rate that falls to almost nothing (T14), as in the experiment `anneal`. */

export interface AnnealRunOptions {
  /** Steps in which the rate falls; default: 400. */
  readonly annealSteps?: number;
  /** Default: `runStudy`. */
  readonly train?: Trainer;
}

/** Where annealed runs of a sweep lie: beside it, those after other numbers of steps apart, since lengthening changes their start. */
const annealedFolder = (sweep: string, steps: number): string => `${resolve(sweep)}-annealed-after-${steps}`;

function annealedConfiguration(
  { observation: _, ...configuration }: RunConfiguration,
  { weights, steps, annealSteps }: { readonly weights: string; readonly steps: number; readonly annealSteps: number },
): RunConfiguration {
  const schedule = { kind: 'linear', factor: ANNEALING_FACTOR, from: 0, to: annealSteps / steps } as const;
  const training = { ...configuration.training, schedule, lastLayerSeed: null };
  return { ...configuration, init: weights, steps, training };
}

/**
 * Anneals a finished run of a sweep from its last weights on, beside the sweep, keeps what it lost with the run (`annealing.json`, which
 * `verify` reads) and returns it. A run that has been annealed is not trained again. Throws a UsageError where the run is not finished or
 * its rate already falls, an Error where the training fails.
 */
export async function annealRun(
  sweep: string,
  { folder, varied }: Pick<PlannedRun, 'folder' | 'varied'>,
  { annealSteps = ANNEAL_STEPS, train = runStudy }: AnnealRunOptions = {},
): Promise<LossLost> {
  const before = join(sweep, folder);
  const manifest = finishedManifest(before);
  if (manifest === undefined) throw new UsageError(`${folder} is not finished; train it to its end first`);
  const { configuration, data } = manifest;
  const { batch, training } = configuration;
  if (training.schedule.kind !== 'constant')
    throw new UsageError(`${folder} has the schedule ${training.schedule.kind}; allowed: a run at a constant rate`);
  const perEpoch = stepsPerEpoch({ batch, fullBatch: training.fullBatch }, data.trainImages);
  const steps = annealingSteps(annealSteps, perEpoch);
  const weights = resolve(before, WEIGHTS_FILE);
  const names = { ...varied, init: weights };
  const run = plannedRun(annealedConfiguration(configuration, { weights, steps, annealSteps }), names);
  const plan: SweepPlan = { varied: Object.keys(names), given: {}, runs: [run] };
  const directory = annealedFolder(sweep, configuration.steps);
  const [failure] = await train(plan, { directory });
  if (failure !== undefined) throw new Error(`annealing failed: ${failure.reason}`);
  const read = (at: string) => ({ directory: at, manifest: readManifest(at)!, steps: readSteps(at) });
  const pair = { before: read(before), after: read(join(directory, run.folder)), perEpoch, annealSteps };
  return recordAnnealing(pair);
}
