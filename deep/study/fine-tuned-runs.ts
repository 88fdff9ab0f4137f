import type { RecordedRun } from '../../src/run/recorded-run.js';
import { continuationsOf, type ExperimentTraining, trainContinued } from './continued-runs.js';
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

/** Trains runs at fixed ELRs, then goes on with each that finished, at every one of the ELRs of fine-tuning (`trainContinued`). */
export async function trainFineTuned(
  vary: SweepSpec['vary'],
  { directory, tuningElrs, tuningSteps, measure, training }: FineTuningProtocol,
): Promise<{ readonly runs: readonly FineTunedRun[]; readonly failed: number }> {
  const base = { ...measure(training.network.steps!), average: LATE };
  const tuning: SweepSpec = { base: { ...measure(tuningSteps), steps: tuningSteps }, vary: { elr: tuningElrs } };
  const folders = ['pretrained', 'tuned'] as const;
  const trained = await trainContinued({ base, vary }, () => tuning, { directory, folders, training });
  const runs = trained.finished.map((before) => ({ before, after: continuationsOf(before, trained.continued) }));
  return { runs, failed: trained.failed };
}
