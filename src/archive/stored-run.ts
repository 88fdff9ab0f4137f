import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { judgeSteps, type MeasuredRun, measureRun } from '../regime/analyse.js';
import type { ElrManifest, Manifest } from '../run/manifest.js';
import { readSteps } from '../run/read-steps.js';
import { MANIFEST_FILE, METRICS_FILE, readManifest } from '../run/run-directory.js';
import type { StepColumns } from '../run/step-columns.js';
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

/** Throws a UsageError where there is no run, one line where it is damaged. */
export function readRun(directory: string): StoredRun {
  const known = readStatus(directory);
  const steps = readSteps(directory);
  refuseDamaged(directory, known.manifest, seenOf(steps));
  return { directory, ...known, steps };
}

/** What a run shows, in full space too, where there is no ELR of the whole run. */
export type RunMeasures = Omit<MeasuredRun, 'elr' | 'regime'> & {
  /** Null in full space: the regimes are those of a fixed ELR. */
  readonly regime: MeasuredRun['regime'] | null;
};

/** Regime and noise share of a run, by steps of which only the quantities of all groups together need be kept. */
export function judgeStored(run: Pick<StoredRun, 'manifest' | 'steps'>): Pick<RunMeasures, 'regime' | 'noiseShare'> {
  const { regime, noiseShare } = judgeSteps(run);
  return { regime: run.manifest.configuration.rate.kind === 'lr' ? null : regime, noiseShare };
}

/** Regime and averages of a run. */
export function measureStored({ directory, manifest, steps }: StoredRun): RunMeasures {
  // Of the configuration, only the ELR itself is passed on, and not used here.
  const { elr: _, ...measured } = measureRun({ directory, manifest: manifest as ElrManifest, steps });
  return manifest.configuration.rate.kind === 'lr' ? { ...measured, regime: null } : measured;
}
