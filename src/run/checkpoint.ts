import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../system/atomic.js';
import { disk } from '../system/disk.js';
import { explainReading, UnreadableFile } from '../system/reading-error.js';
import { decodeSafetensors, encodeSafetensors, type HostTensor, readMetadata } from '../system/safetensors.js';
import { DamagedRun } from './damaged-run.js';
import { MEASUREMENTS_FILE, readMeasurements } from './measurements.js';
import { checkSteps } from './read-steps.js';
import { METRICS_FILE } from './run-directory.js';
import type { SettledBytes } from './run-writer.js';

/** Checkpoints of a run directory: safetensors files that say what it takes to go on, and are known to be whole. */

/** With the bytes of the lines that these steps have left. */
export interface Checkpoint extends SettledBytes {
  /** Steps taken. */
  readonly step: number;
  /** The model's tensors, and what steps and observers remember. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
}

const FILE = /^checkpoint-(\d+)\.safetensors$/;
/** The last and, should it be damaged, the one before. */
const KEPT = 2;

/** Steps of the checkpoints in a directory, the latest first. */
function stepsKept(directory: string): number[] {
  const found = readdirSync(directory).map((name) => FILE.exec(name)?.[1]);
  return found
    .filter((step) => step !== undefined)
    .map(Number)
    .sort((a, b) => b - a);
}

const pathOf = (directory: string, step: number): string => join(directory, `checkpoint-${step}.safetensors`);

/** Stands in for the checksum while it is computed. */
const NO_CHECKSUM = '0'.repeat(64);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The same bytes with one text of them, of equal length, replaced in place. */
function replaceText(bytes: Uint8Array, text: string, replacement: string): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  buffer.write(replacement, buffer.indexOf(text), 'latin1');
}

/** Writes a checkpoint and removes those that are no longer needed. */
export function writeCheckpoint(directory: string, { tensors, ...numbers }: Checkpoint): void {
  const { step, metricsBytes, measurementsBytes } = numbers;
  const texts = {
    step: String(step),
    metricsBytes: String(metricsBytes),
    measurementsBytes: String(measurementsBytes),
  };
  const metadata = { sha256: NO_CHECKSUM, ...texts };
  const bytes = encodeSafetensors(tensors, metadata);
  replaceText(bytes, NO_CHECKSUM, sha256(bytes));
  writeAtomically(pathOf(directory, step), bytes);
  for (const old of stepsKept(directory).slice(KEPT)) disk().remove(pathOf(directory, old));
}

export const hasCheckpoint = (directory: string): boolean => stepsKept(directory).length > 0;

export function removeCheckpoints(directory: string): void {
  for (const step of stepsKept(directory)) disk().remove(pathOf(directory, step));
}

/** Throws one line if the file is not what was once written. */
function readCheckpoint(path: string): Checkpoint {
  // A copy: the checksum is taken out of it.
  const bytes = Uint8Array.from(explainReading(path, () => readFileSync(path)));
  const { sha256: checksum, step, metricsBytes, measurementsBytes = 0 } = readMetadata(bytes);
  if (checksum === undefined) throw new Error('not a checkpoint of regimes');
  replaceText(bytes, checksum, NO_CHECKSUM);
  if (sha256(bytes) !== checksum) throw new Error('its checksum is wrong');
  const settled = { metricsBytes: Number(metricsBytes), measurementsBytes: Number(measurementsBytes) };
  return { step: Number(step), ...settled, tensors: decodeSafetensors(bytes) };
}

/** Throws one line if the metrics do not begin with the steps of the checkpoint, or measurements are missing. */
function checkLines(directory: string, { step, metricsBytes, measurementsBytes }: Checkpoint): void {
  const size = (file: string): number => statSync(join(directory, file), { throwIfNoEntry: false })?.size ?? 0;
  if (size(METRICS_FILE) < metricsBytes) throw new Error(`${METRICS_FILE} is shorter than at that checkpoint`);
  const taken = checkSteps(directory, { bytes: metricsBytes }).length;
  if (taken !== step) throw new Error(`${METRICS_FILE} has ${taken} steps instead of ${step}`);
  if (size(MEASUREMENTS_FILE) < measurementsBytes)
    throw new Error(`${MEASUREMENTS_FILE} is shorter than at that checkpoint`);
  readMeasurements(directory, measurementsBytes);
}

/** Throws one line where a checkpoint of a run is not whole, or the run's lines are not those that belong to it. */
export const checkCheckpoint = (directory: string, file: string): void =>
  checkLines(directory, readCheckpoint(join(directory, file)));

/**
 * The latest intact checkpoint; undefined if none has been written yet. `complain` is called for each that is skipped.
 * Throws one line if all are damaged.
 */
export function latestCheckpoint(directory: string, complain: (line: string) => void): Checkpoint | undefined {
  const steps = stepsKept(directory);
  for (const step of steps) {
    const path = pathOf(directory, step);
    try {
      const checkpoint = readCheckpoint(path);
      checkLines(directory, checkpoint);
      return checkpoint;
    } catch (error) {
      // It may be whole, and the one to go on from.
      if (error instanceof UnreadableFile) throw error;
      complain(`${path} cannot be used: ${(error as Error).message}`);
    }
  }
  if (steps.length === 0) return undefined;
  throw new DamagedRun(`no checkpoint in ${directory} can be used; remove it or choose another --out to start over`);
}

/** How to salvage a run whose manifest is lost, as a clause of a message; empty if no checkpoint is intact. */
export function salvageClause(directory: string): string {
  try {
    const checkpoint = latestCheckpoint(directory, () => {});
    if (checkpoint === undefined) return '';
    const { step } = checkpoint;
    return `; the weights after ${step} steps are intact: --init ${pathOf(directory, step)} starts a run from them`;
  } catch {
    return '';
  }
}
