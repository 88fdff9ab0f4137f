import { type MeasuredRun, measureRecord, measureRun } from '../regime/analyse.js';
import type { ElrConfiguration } from '../run/manifest.js';
import type { SweepRun } from '../run/recorded-run.js';
import type { TrainingSettings } from '../run/training-settings.js';
import type { SweepRecord } from '../sweep/sweep-reader.js';

/** A run as far as verification needs it: measured, its steps no longer. */
export interface VerifiedRun {
  readonly directory: string;
  readonly training: TrainingSettings;
  readonly run: MeasuredRun;
}

/** The same of a sweep, with what a forecast must have been made for. */
export interface MeasuredSweepRun extends VerifiedRun {
  readonly configuration: ElrConfiguration;
}

/** Measures a run with a step for `verifyMeasuredSweep`, after which its steps are no longer needed. */
export function measureSweepRun(run: SweepRun, tolerance?: number): MeasuredSweepRun {
  const { directory, manifest } = run;
  const { configuration } = manifest;
  return { directory, configuration, training: configuration.training, run: measureRun(run, tolerance) };
}

/** The same from its record. */
export function measureSweepRecord(run: SweepRecord, tolerance?: number): MeasuredSweepRun {
  const { directory, manifest, record } = run;
  const { configuration } = manifest;
  const measured = measureRecord(manifest, record, tolerance);
  return { directory, configuration, training: configuration.training, run: measured };
}
