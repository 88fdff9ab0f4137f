import { join } from 'node:path';
import { hasFinished, type RecordedRun } from '../../src/sweep/recorded-run.js';
import { type ExperimentTraining, trainExperiment } from './experiment-training.js';
import { lastWeights } from './last-weights.js';
import type { ObservationSpec, SweepSpec } from './spec.js';

/** Runs at fixed ELRs with an average of their late weights, and runs that go on from their last weights at other ELRs. */

/** Where and how the runs are trained. */
export interface FineTuningProtocol {
  readonly directory: string;
  /** ELRs at which each run goes on. */
  readonly tuningElrs: readonly number[];
  readonly tuningSteps: number;
  /** What all runs measure, by how many steps they have. */
  readonly measure: (steps: number) => Pick<ObservationSpec, 'measure'>;
  readonly training: ExperimentTraining;
}

/** A run, and those that went on from it. */
export interface FineTunedRun {
  readonly before: RecordedRun;
  readonly after: readonly RecordedRun[];
}

/** The later half: by then a run of regime 2 is at its level. */
const LATE = { part: 0.5 };

/**
 * Trains runs at fixed ELRs, then goes on with each that finished, at every one of the ELRs of fine-tuning. Runs on disk are not trained
 * again. Throws a UsageError where a folder holds another sweep or the settings contradict each other.
 */
export async function trainFineTuned(
  vary: SweepSpec['vary'],
  { directory, tuningElrs, tuningSteps, measure, training }: FineTuningProtocol,
): Promise<{ readonly runs: readonly FineTunedRun[]; readonly failed: number }> {
  const { steps } = training.network;
  const base = { ...measure(steps!), average: LATE };
  const pretrained = await trainExperiment(join(directory, 'pretrained'), [{ base, vary }], training);
  const finished = pretrained.runs.filter(hasFinished);
  if (finished.length === 0) return { runs: [], failed: pretrained.failed };
  const sweeps = finished.map(
    (run): SweepSpec => ({
      base: { ...measure(tuningSteps), steps: tuningSteps },
      vary: { elr: tuningElrs, seed: [run.manifest.configuration.seed], init: [lastWeights(run)] },
    }),
  );
  const { runs, failed } = await trainExperiment(join(directory, 'tuned'), sweeps, training);
  const tuned = runs.filter(hasFinished);
  return {
    runs: finished.map((before) => ({
      before,
      after: tuned.filter(({ manifest }) => manifest.configuration.init === lastWeights(before)),
    })),
    failed: pretrained.failed + failed,
  };
}
