import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { explainWriting, makeDirectory, writeAtomically } from '../system/atomic.js';
import { decodeNumber, encodeNumber } from '../system/json-numbers.js';
import { LineFile, readWholeLines } from '../system/line-file.js';
import { isRunning } from '../system/lock.js';
import { encodeSafetensors, type HostTensor } from '../system/safetensors.js';
import { BALANCE_FILE } from './balance-record.js';
import { StepCollector } from './collect-steps.js';
import { CURVATURE_FILE } from './curvature-record.js';
import type { Manifest, RunOutcome } from './manifest.js';
import { manifestText, parseManifest } from './manifest-text.js';
import { encodeMeasurement, MEASUREMENTS_FILE, type Measurement } from './measurements.js';
import type { RecordedStep, StepColumns } from './step-columns.js';

/**
 * A run on disk: a folder with a manifest, one metrics line a step, and the final weights; where asked for, a line a
 * measurement, weights kept on the way, and their average.
 */

export const MANIFEST_FILE = 'manifest.json';
export const METRICS_FILE = 'metrics.jsonl';
export const WEIGHTS_FILE = 'weights.safetensors';
export const AVERAGE_FILE = 'average.safetensors';

/** File of the weights after `step` steps. */
export const keptWeightsFile = (step: number): string => `weights-${step}.safetensors`;
const KEPT_WEIGHTS = /^weights-(?<step>\d+)\.safetensors$/;

export type { RecordedStep, StepColumns } from './step-columns.js';

export const encodeStep = (step: RecordedStep): string => JSON.stringify(step, encodeNumber);

const LEFTOVER =
  /^((manifest|curvature|balance)\.json|(weights(-\d+)?|average|checkpoint-\d+)\.safetensors|lock)\.(?<pid>\d+)\.(tmp|stale)$/;

/** Removes the remains of a process that was killed while writing. */
function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = LEFTOVER.exec(name)?.groups?.pid;
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(directory, name), { force: true });
  }
}

/** Removes what an unfinished run has left, its checkpoints excepted. */
function removeRun(directory: string): void {
  const named = [
    MANIFEST_FILE,
    METRICS_FILE,
    MEASUREMENTS_FILE,
    WEIGHTS_FILE,
    AVERAGE_FILE,
    CURVATURE_FILE,
    BALANCE_FILE,
  ];
  const kept = readdirSync(directory).filter((name) => KEPT_WEIGHTS.test(name));
  for (const file of [...named, ...kept]) rmSync(join(directory, file), { force: true });
}

/** How much of a run is on the disk: bytes of its files of lines. */
export interface SettledBytes {
  readonly metricsBytes: number;
  readonly measurementsBytes: number;
}

const NOTHING: SettledBytes = { metricsBytes: 0, measurementsBytes: 0 };

/** Writes a run during training: the files stay readable whenever the process ends. */
export class RunWriter {
  private readonly metrics: LineFile;
  private readonly measurements: LineFile;

  private constructor(
    private readonly directory: string,
    private manifest: Manifest,
    { metricsBytes, measurementsBytes }: SettledBytes,
  ) {
    removeLeftovers(directory);
    this.metrics = new LineFile(join(directory, METRICS_FILE), metricsBytes);
    this.measurements = new LineFile(join(directory, MEASUREMENTS_FILE), measurementsBytes);
    this.metrics.open();
  }

  /** Starts a run in `directory`, in place of any unfinished one there. */
  static create(directory: string, manifest: Manifest): RunWriter {
    makeDirectory(directory);
    explainWriting(directory, () => removeRun(directory));
    const writer = new RunWriter(directory, manifest, NOTHING);
    writer.writeManifest();
    return writer;
  }

  /** Continues a run, keeping only the settled bytes of its lines. */
  static resume(directory: string, manifest: Manifest, settled: SettledBytes = NOTHING): RunWriter {
    const writer = new RunWriter(directory, { ...manifest, status: 'running', failure: null }, settled);
    writer.writeManifest();
    return writer;
  }

  append(step: RecordedStep): void {
    this.metrics.append(encodeStep(step));
  }

  appendMeasurement(measurement: Measurement): void {
    this.measurements.append(encodeMeasurement(measurement));
  }

  /** Bytes of the lines so far, all of them on the disk. */
  settled(): SettledBytes {
    return { metricsBytes: this.metrics.settled(), measurementsBytes: this.measurements.settled() };
  }

  keepWeights(step: number, weights: ReadonlyMap<string, HostTensor>): void {
    writeAtomically(join(this.directory, keptWeightsFile(step)), encodeSafetensors(weights));
  }

  keepAverage(weights: ReadonlyMap<string, HostTensor>): void {
    writeAtomically(join(this.directory, AVERAGE_FILE), encodeSafetensors(weights));
  }

  finish(weights: ReadonlyMap<string, HostTensor>, outcome: RunOutcome): void {
    writeAtomically(join(this.directory, WEIGHTS_FILE), encodeSafetensors(weights));
    this.close({ status: 'finished', outcome });
  }

  /** Keeps the reason, unless what failed is the writing itself. */
  fail(failure: string): void {
    try {
      this.close({ status: 'failed', failure });
    } catch {
      // The original failure is about to be reported; an error while writing it down must not hide it.
    }
  }

  private close(change: Partial<Manifest>): void {
    this.metrics.close();
    this.measurements.close();
    this.manifest = { ...this.manifest, ...change };
    this.writeManifest();
  }

  private writeManifest(): void {
    writeAtomically(join(this.directory, MANIFEST_FILE), manifestText(this.manifest));
  }
}

/** The manifest of a run; undefined if there is none. Throws one line if it cannot be read. */
export function readManifest(directory: string): Manifest | undefined {
  const path = join(directory, MANIFEST_FILE);
  if (!existsSync(path)) return undefined;
  return parseManifest(readFileSync(path, 'utf8'), path);
}

/** Whether a line may hold a number as text; most have none, and are read several times faster without looking for one. */
const mayHoldText = (line: string): boolean => line.includes('"NaN"') || line.includes('Infinity"');

/**
 * Adds the step that a metrics line says to those collected; `place` is its number in the file, from 0. Throws one line where
 * it says none.
 */
export function collectStepLine(collector: StepCollector, line: string, { path, place }: LinePlace): void {
  try {
    collector.push(mayHoldText(line) ? JSON.parse(line, decodeNumber) : JSON.parse(line));
  } catch {
    throw new Error(`${path}, line ${place + 1}, is not a metrics line`);
  }
}

/** Where a line stands. */
export interface LinePlace {
  readonly path: string;
  readonly place: number;
}

/** The steps after which a run has kept its weights, rising. */
export const keptWeightSteps = (directory: string): number[] =>
  readdirSync(directory)
    .flatMap((name) => KEPT_WEIGHTS.exec(name)?.groups?.step ?? [])
    .map(Number)
    .sort((a, b) => a - b);

/** All steps recorded so far, read once; a last line still being written is left out. Throws one line if a line is no step. */
export function readSteps(directory: string): StepColumns {
  const path = join(directory, METRICS_FILE);
  const collector = new StepCollector();
  if (!existsSync(path)) return collector.steps();
  let place = 0;
  for (const line of readWholeLines(path)) {
    collectStepLine(collector, line, { path, place });
    place += 1;
  }
  return collector.steps();
}
