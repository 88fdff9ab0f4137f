import { join, resolve } from 'node:path';
import { WEIGHTS_FILE } from '../../src/run/run-directory.js';
import { hasFinished, type RecordedRun } from '../../src/sweep/recorded-run.js';
import { type TrainedRuns, type TrainOptions, trainSweeps } from './run-study.js';
import type { SweepSpec } from './spec.js';

/** Runs of an experiment, and runs that go on from their last weights. */

/** How an experiment trains its networks. */
export interface ExperimentTraining extends Omit<TrainOptions, 'directory'> {
  /** What all runs of the experiment share. */
  readonly network: NonNullable<SweepSpec['base']>;
}

/** Trains sweeps of the network of an experiment, each changed by its own `base`, in one directory: at least one, all varying the same settings. */
export const trainExperiment = (
  directory: string,
  sweeps: readonly SweepSpec[],
  { network, ...options }: ExperimentTraining,
): Promise<TrainedRuns> =>
  trainSweeps(
    sweeps.map(({ base, vary }) => ({ base: { ...network, ...base }, vary })),
    { ...options, directory },
  );

/** The weights that a finished run ends with, as the start of another: absolute, as configurations have it. */
const lastWeights = ({ directory }: RecordedRun): string => resolve(directory, WEIGHTS_FILE);

/** Where a protocol of two stages is kept: runs, then runs that go on from them. */
export interface TwoStages {
  readonly directory: string;
  /** The folders of both stages, below the directory. */
  readonly folders: readonly [first: string, second: string];
  readonly training: ExperimentTraining;
}

/** The runs of both stages, and how many failed. */
export interface ContinuedRuns extends TrainedRuns {
  /** Of the first stage those that have finished. */
  readonly finished: readonly RecordedRun[];
  readonly continued: readonly RecordedRun[];
}

/**
 * Trains a sweep, then goes on with each run that finished as `goingOn` says, from its last weights and with its seed. Runs on disk are not
 * trained again. Throws a UsageError where a folder holds another sweep or the settings contradict each other.
 */
export async function trainContinued(
  sweep: SweepSpec,
  goingOn: (run: RecordedRun) => SweepSpec,
  { directory, folders: [first, second], training }: TwoStages,
): Promise<ContinuedRuns> {
  const { runs, failed } = await trainExperiment(join(directory, first), [sweep], training);
  const finished = runs.filter(hasFinished);
  if (finished.length === 0) return { runs, finished, continued: [], failed };
  const sweeps = finished.map((run): SweepSpec => {
    const { vary, ...shared } = goingOn(run);
    const { seed } = run.manifest.configuration;
    return { ...shared, vary: { ...vary, seed: [seed], init: [lastWeights(run)] } };
  });
  const going = await trainExperiment(join(directory, second), sweeps, training);
  return { runs, finished, continued: going.runs, failed: failed + going.failed };
}

/** Of runs that went on, those that began with the last weights of `before` and have finished. */
export const continuationsOf = (before: RecordedRun, { continued }: ContinuedRuns): RecordedRun[] =>
  continued.filter((run) => run.manifest.configuration.init === lastWeights(before) && hasFinished(run));
