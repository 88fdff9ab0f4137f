import { join, resolve } from 'node:path';
import { hasFinished, type RecordedRun } from '../../src/run/recorded-run.js';
import { WEIGHTS_FILE } from '../../src/run/run-directory.js';
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

/** What runs that go on from `before` begin with, and in which settings they differ from each other. */
type GoingOn = (before: RecordedRun) => SweepSpec;

/**
 * Goes on with each of the runs as `goingOn` says, from its last weights and with its seed, in one directory. Runs on disk are not trained
 * again. Throws a UsageError where the folder holds another sweep or the settings contradict each other.
 */
export async function trainFrom(
  runs: readonly RecordedRun[],
  goingOn: GoingOn,
  { directory, training }: { readonly directory: string; readonly training: ExperimentTraining },
): Promise<TrainedRuns> {
  if (runs.length === 0) return { runs: [], failed: 0 };
  const sweeps = runs.map((run): SweepSpec => {
    const { vary, ...shared } = goingOn(run);
    const { seed } = run.manifest.configuration;
    return { ...shared, vary: { ...vary, seed: [seed], init: [lastWeights(run)] } };
  });
  return trainExperiment(directory, sweeps, training);
}

/** Of runs that went on, those that began with the last weights of `before` and have finished. */
export const continuationsOf = (before: RecordedRun, continued: readonly RecordedRun[]): RecordedRun[] =>
  continued.filter((run) => run.manifest.configuration.init === lastWeights(before) && hasFinished(run));

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

/** Trains a sweep, then goes on with each run that finished (`trainFrom`). */
export async function trainContinued(
  sweep: SweepSpec,
  goingOn: GoingOn,
  { directory, folders: [first, second], training }: TwoStages,
): Promise<ContinuedRuns> {
  const { runs, failed } = await trainExperiment(join(directory, first), [sweep], training);
  const finished = runs.filter(hasFinished);
  const going = await trainFrom(finished, goingOn, { directory: join(directory, second), training });
  return { runs, finished, continued: going.runs, failed: failed + going.failed };
}
