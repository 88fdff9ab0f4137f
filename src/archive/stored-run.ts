import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { judgeRecord, type MeasuredRun, measureRecord } from '../regime/analyse.js';
import { type RunRecord, readRecord, recordOf } from '../regime/run-record.js';
import type { ElrManifest, Manifest } from '../run/manifest.js';
import { readSteps, streamSteps } from '../run/read-steps.js';
import { MANIFEST_FILE, METRICS_FILE, readManifest } from '../run/run-directory.js';
import type { RecordedStep, StepColumns } from '../run/step-columns.js';
import { seenOf } from '../run/step-lines.js';
import { refuseDamaged } from '../run/whole-run.js';
import { isLocked } from '../system/lock.js';
import { UsageError } from '../system/usage-error.js';
import { notARun } from './find-runs.js';

/** A run on disk, as a reader finds it. `interrupted`: unfinished, and no process is at work on it. */
export type StoredStatus = Manifest['status'] | 'interrupted';

/** A run as it lies on disk, with how it stands and every step that it recorded. */
export interface StoredRun {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly status: StoredStatus;
  readonly steps: StepColumns;
}

/** The status of a run, and its manifest read anew where a process may just have ended with it. */
function settledStatus(directory: string, manifest: Manifest): Pick<StoredRun, 'manifest' | 'status'> {
  if (manifest.status !== 'running' || isLocked(directory)) return { manifest, status: manifest.status };
  const again = readManifest(directory) ?? manifest;
  return { manifest: again, status: again.status === 'running' ? 'interrupted' : again.status };
}

/** The manifest of a run and how it stands. Throws a UsageError where there is no run, one line where it is damaged. */
export function readStatus(directory: string): Pick<StoredRun, 'manifest' | 'status'> {
  const manifest = readManifest(directory);
  if (manifest !== undefined) return settledStatus(directory, manifest);
  if (existsSync(join(directory, METRICS_FILE))) throw new Error(`${join(directory, MANIFEST_FILE)} is missing`);
  throw new UsageError(notARun(directory));
}

/**
 * A run with every step in memory: 80 bytes each and 32 more for each group. `readStoredRecord` keeps no more than blocks of a long run,
 * and `streamSteps` nothing. Throws a UsageError where there is no run, one line where it is damaged.
 *
 * @example
 * const { steps, status } = readRun('runs/one');
 * console.log(status); // finished
 * console.log(steps.columns.loss.length === steps.length); // true
 * console.log(steps.at(-1).loss === steps.columns.loss[steps.length - 1]); // true
 */
export function readRun(directory: string): StoredRun {
  const known = readStatus(directory);
  const steps = readSteps(directory);
  refuseDamaged(directory, known.manifest, seenOf(steps));
  return { directory, ...known, steps };
}

/** The steps of a run one after another (`streamSteps`); after the last, throws one line if the run as a whole is damaged. */
export function* wholeSteps({
  directory,
  manifest,
}: Pick<StoredRun, 'directory' | 'manifest'>): Generator<RecordedStep> {
  refuseDamaged(directory, manifest, yield* streamSteps(directory));
}

/** A run as it lies on disk, with how it stands and what judging it needs of its steps. */
export interface StoredRecord extends Omit<StoredRun, 'steps'> {
  readonly record: RunRecord;
}

/** The same of a run whose steps need not be kept (`readRecord`). Throws as `readRun`. */
export function readStoredRecord(directory: string): StoredRecord {
  const known = readStatus(directory);
  return { directory, ...known, record: readRecord({ directory, manifest: known.manifest }) };
}

/** What a run shows, in full space too, where there is no ELR of the whole run. */
export type RunMeasures = Omit<MeasuredRun, 'elr' | 'regime'> & {
  /** Null in full space: the regimes are those of a fixed ELR. */
  readonly regime: MeasuredRun['regime'] | null;
};

/** Regime and noise share of a run, by what is known of all groups together. */
export function judgeStored(
  manifest: Manifest,
  record: Pick<RunRecord, 'series'>,
): Pick<RunMeasures, 'regime' | 'noiseShare'> {
  const { regime, noiseShare } = judgeRecord(manifest, record);
  return { regime: manifest.configuration.rate.kind === 'lr' ? null : regime, noiseShare };
}

/**
 * Regime and averages of a run, by the rules of `regimes runs show`. The regime is null in full space.
 *
 * @example
 * const { regime, evidence, loss, noiseShare } = measureStored(readRun('runs/one'));
 * console.log(`${regime}: ${evidence.reason}`);
 * console.log(loss > 0 && noiseShare.value > 0); // true
 */
export function measureStored(run: StoredRun | StoredRecord): RunMeasures {
  const { manifest } = run;
  const record = 'record' in run ? run.record : recordOf(run);
  // Of the configuration, only the ELR itself is passed on, and not used here.
  const { elr: _, ...measured } = measureRecord(manifest as ElrManifest, record);
  return manifest.configuration.rate.kind === 'lr' ? { ...measured, regime: null } : measured;
}
