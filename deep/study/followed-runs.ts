import { join } from 'node:path';
import { hasFinished, type RecordedRun } from '../../src/sweep/recorded-run.js';
import { type ExperimentTraining, trainExperiment } from './experiment-training.js';
import { lastWeights } from './last-weights.js';
import type { SweepSpec } from './spec.js';

/** Runs at fixed ELRs, and runs that go on from their last weights at the same ELR and keep their weights after every step (K6). */

/** Where and how the runs are trained. */
export interface FollowedProtocol {
  readonly directory: string;
  /** Steps of the runs that go on. */
  readonly followedSteps: number;
  readonly training: ExperimentTraining;
}

/** The runs at fixed ELRs, those that went on from them, and how many failed. */
export interface FollowedRuns {
  readonly runs: readonly RecordedRun[];
  readonly followed: readonly RecordedRun[];
  readonly failed: number;
}

const EVERY_STEP = { count: 1, unit: 'steps' } as const;

/** The sweep of the one run that goes on from another. */
const followingOf = (run: RecordedRun, steps: number): SweepSpec => {
  const { rate, seed } = run.manifest.configuration;
  return { base: { steps, keep: EVERY_STEP }, vary: { elr: [rate.value], seed: [seed], init: [lastWeights(run)] } };
};

/**
 * Trains runs at fixed ELRs, then goes on with each that finished for some steps. Runs on disk are not trained again. Throws a
 * UsageError where a folder holds another sweep or the settings contradict each other.
 */
export async function trainFollowed(
  vary: SweepSpec['vary'],
  { directory, followedSteps, training }: FollowedProtocol,
): Promise<FollowedRuns> {
  const fixed = await trainExperiment(join(directory, 'fixed'), [{ vary }], training);
  const finished = fixed.runs.filter(hasFinished);
  if (finished.length === 0) return { runs: fixed.runs, followed: [], failed: fixed.failed };
  const sweeps = finished.map((run) => followingOf(run, followedSteps));
  const { runs: followed, failed } = await trainExperiment(join(directory, 'followed'), sweeps, training);
  return { runs: fixed.runs, followed, failed: fixed.failed + failed };
}
