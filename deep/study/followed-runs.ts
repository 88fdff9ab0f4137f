import { type ContinuedRuns, type ExperimentTraining, trainContinued } from './continued-runs.js';
import type { SweepSpec } from './spec.js';

/** Runs at fixed ELRs, and runs that go on from their last weights at the same ELR and keep their weights after every step (K6). */

/** Where and how the runs are trained. */
export interface FollowedProtocol {
  readonly directory: string;
  /** Steps of the runs that go on. */
  readonly followedSteps: number;
  readonly training: ExperimentTraining;
}

const EVERY_STEP = { count: 1, unit: 'steps' } as const;

/** Trains runs at fixed ELRs, then goes on with each that finished for some steps (`trainContinued`). */
export const trainFollowed = (
  vary: SweepSpec['vary'],
  { followedSteps: steps, ...rest }: FollowedProtocol,
): Promise<ContinuedRuns> =>
  trainContinued(
    { vary },
    ({ manifest }) => ({ base: { steps, keep: EVERY_STEP }, vary: { elr: [manifest.configuration.rate.value] } }),
    { ...rest, folders: ['fixed', 'followed'] },
  );
