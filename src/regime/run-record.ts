import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedRun } from '../run/damaged-run.js';
import type { Manifest } from '../run/manifest.js';
import { checkSteps, readJointSteps, readSteps } from '../run/read-steps.js';
import type { StoredManifest } from '../run/recorded-run.js';
import { METRICS_FILE } from '../run/run-directory.js';
import { lastEpochMean, stepsPerEpoch } from '../run/run-epochs.js';
import { type RecordedStep, type StepColumns, stepsInGroups } from '../run/step-columns.js';
import { type SeenSteps, seenOf } from '../run/step-lines.js';
import { refuseDamaged } from '../run/whole-run.js';
import { ResidualsSoFar, type RunResiduals, runResiduals } from '../sphere/identities.js';
import { stepInGroups } from '../sphere/invariant-groups.js';
import { countLines } from '../system/line-file.js';
import { BlockCollector, type RunBlocks } from './block-series.js';
import { type RunSeries, stepSeries } from './run-series.js';

/** The record of a run as far as judging it needs it: all steps of one that is not too long, blocks of steps of a longer one. */
export interface RunRecord {
  /** Steps taken. */
  readonly taken: number;
  /** In groups. */
  readonly series: RunSeries;
  /** Of every step, however many there are. */
  residuals(): RunResiduals;
  /** Means over the last epoch, or over fewer steps where there are no more. */
  readonly lastEpoch: { readonly loss: number; readonly accuracy: number };
  /** All steps, where they are kept. */
  readonly steps?: StepColumns;
  /** Where they are in blocks, what is known of those of each. */
  readonly blocks?: RunBlocks;
}

/** From so many bytes of `metrics.jsonl` on, the steps of a run are read in blocks, which bounds the memory that takes. */
export const LARGE_RECORD = 2 ** 28;

/** How much of a record is read. */
export interface ReadRecordOptions {
  /** Only the first so many steps; default: all. Of a shorter run, all. */
  readonly steps?: number | undefined;
  /** Bytes from which steps are read in blocks; default: `LARGE_RECORD`. */
  readonly large?: number;
  /** So many blocks at most; default: `MOST_BLOCKS`. */
  readonly mostBlocks?: number;
}

/** The record of a run all of whose steps are in memory. */
export function recordOf({ manifest, steps }: { readonly manifest: Manifest; readonly steps: StepColumns }): RunRecord {
  const inGroups = stepsInGroups(steps, manifest.invariantGroups);
  const { loss, accuracy } = steps.columns;
  return {
    steps,
    taken: steps.length,
    series: stepSeries(inGroups),
    residuals: () => runResiduals(inGroups),
    lastEpoch: { loss: lastEpochMean(manifest, loss), accuracy: lastEpochMean(manifest, accuracy) },
  };
}

/**
 * The record of a run on disk, every line checked. One that is large is read in blocks: its memory does not grow with its length, and
 * docs/reliability.md says which of its results are exact, and which are not. Throws one line if the run is damaged.
 */
export function readRecord(run: StoredManifest, options: ReadRecordOptions = {}): RunRecord {
  const { directory, manifest } = run;
  const { steps: first, large = LARGE_RECORD } = options;
  if (recordBytes(directory) >= large) {
    const { invariantGroups } = manifest;
    return readBlocks(run, options, (step) => stepInGroups(step, invariantGroups));
  }
  const steps = readSteps(directory);
  refuseDamaged(directory, manifest, seenOf(steps));
  return recordOf({ manifest, steps: first === undefined ? steps : steps.slice(0, first) });
}

/** The same of all groups together, which takes less memory: a series without groups. */
export function readJointRecord(
  run: StoredManifest,
  options: Omit<ReadRecordOptions, 'steps'> = {},
): Omit<RunRecord, 'residuals'> {
  const { directory, manifest } = run;
  const { large = LARGE_RECORD } = options;
  if (recordBytes(directory) >= large) return readBlocks(run, options, (step) => ({ ...step, groups: [] }));
  const { joint: steps, seen } = readJointSteps(directory);
  refuseDamaged(directory, manifest, seen);
  return recordOf({ manifest: { ...manifest, invariantGroups: undefined }, steps });
}

/** Bytes of the steps that a run has recorded so far. */
export const recordBytes = (directory: string): number =>
  statSync(join(directory, METRICS_FILE), { throwIfNoEntry: false })?.size ?? 0;

/** Reads a run in blocks; `as` is what is kept of a step. */
function readBlocks(
  { directory, manifest }: StoredManifest,
  { steps: first, mostBlocks }: ReadRecordOptions,
  as: (step: RecordedStep) => RecordedStep,
): RunRecord {
  const path = join(directory, METRICS_FILE);
  // The length decides the blocks; lines that are added meanwhile are left for the next time.
  const { lines, bytes } = countLines(path);
  const taken = Math.min(first ?? lines, lines);
  const collector = new BlockCollector(taken, mostBlocks);
  const residuals = new ResidualsSoFar();
  const last = new LastEpoch(taken - stepsPerEpoch(manifest));
  const each = (step: RecordedStep): void => {
    if (step.step >= taken) return;
    const kept = as(step);
    collector.push(kept);
    residuals.push(kept);
    last.push(step);
  };
  const seen: SeenSteps = checkSteps(directory, { bytes, each });
  refuseDamaged(directory, manifest, seen);
  if (seen.length !== lines) throw new DamagedRun(`${path} has become shorter while it was read`);
  const blocks = collector.end();
  return { taken, series: blocks.series, residuals: () => residuals.residuals(), lastEpoch: last.means(), blocks };
}

/** Means of loss and accuracy over the steps from a place on. */
class LastEpoch {
  private steps = 0;
  private loss = 0;
  private accuracy = 0;

  constructor(private readonly from: number) {}

  push({ step, loss, accuracy }: RecordedStep): void {
    if (step < this.from) return;
    this.steps += 1;
    this.loss += loss;
    this.accuracy += accuracy;
  }

  means(): RunRecord['lastEpoch'] {
    return { loss: this.loss / this.steps, accuracy: this.accuracy / this.steps };
  }
}
