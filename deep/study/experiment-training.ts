import { type TrainedRuns, type TrainOptions, trainSweeps } from './run-study.js';
import type { SweepSpec } from './spec.js';

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
