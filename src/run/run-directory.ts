import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { explainWriting, makeDirectory, writeAtomically } from '../system/atomic.js';
import { disk } from '../system/disk.js';
import { fileChecksum } from '../system/file-checksum.js';
import { encodeNumber } from '../system/json-numbers.js';
import { eachWholeLine, LineFile } from '../system/line-file.js';
import { isRunning } from '../system/lock.js';
import { explainReading } from '../system/reading-error.js';
import { encodeSafetensors, type HostTensor } from '../system/safetensors.js';
import { ANNEALING_FILE } from './annealing-record.js';
import { BALANCE_FILE } from './balance-record.js';
import { JointStepCollector } from './collect-steps.js';
import { curvatureKindOf } from './curvature-record.js';
import type { Manifest, RunOutcome } from './manifest.js';
import { manifestText, parseManifest } from './manifest-text.js';
import { encodeMeasurement, MEASUREMENTS_FILE, type Measurement } from './measurements.js';
import type { RecordedStep, StepColumns } from './step-columns.js';
import { KeptStepLines, type SeenSteps, StepLines } from './step-lines.js';

/**
 * A run on disk: a folder with a manifest, one metrics line a step, and the final weights; where asked for, a line a
 * measurement, weights kept on the way, and their average.
 */

export const MANIFEST_FILE = 'manifest.json';
export const METRICS_FILE = 'metrics.jsonl';
export const WEIGHTS_FILE = 'weights.safetensors';
export const AVERAGE_FILE = 'average.safetensors';
/** What reading all steps has shown, kept beside the run. */
export const SUMMARY_FILE = 'summary.json';

/** File of the weights after `step` steps. */
export const keptWeightsFile = (step: number): string => `weights-${step}.safetensors`;
const KEPT_WEIGHTS = /^weights-(?<step>\d+)\.safetensors$/;

export type { RecordedStep, StepColumns } from './step-columns.js';

export const encodeStep = (step: RecordedStep): string => JSON.stringify(step, encodeNumber);

const LEFTOVER =
  /^((manifest|curvature[a-z0-9-]*|balance|annealing|summary|sweep|forecast|paths)\.json|(weights(-\d+)?|average|checkpoint-\d+)\.safetensors|lock)\.(?<pid>\d+)\.(tmp|stale)$/;

/** Whether a file of that name is what remains of a process that was killed while writing it. */
export function isLeftover(name: string): boolean {
  const pid = LEFTOVER.exec(name)?.groups?.pid;
  return pid !== undefined && !isRunning(Number(pid));
}

function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory).filter(isLeftover)) disk().remove(join(directory, name));
}

/** Removes what an unfinished run has left, its checkpoints excepted. */
function removeRun(directory: string): void {
  const named = [
    MANIFEST_FILE,
    METRICS_FILE,
    MEASUREMENTS_FILE,
    WEIGHTS_FILE,
    AVERAGE_FILE,
    BALANCE_FILE,
    ANNEALING_FILE,
    SUMMARY_FILE,
  ];
  const kept = readdirSync(directory).filter((name) => KEPT_WEIGHTS.test(name) || curvatureKindOf(name) !== undefined);
  for (const file of [...named, ...kept]) disk().remove(join(directory, file));
}

/** Files that do not change any more once a run is finished. */
const LASTING_FILES = [METRICS_FILE, MEASUREMENTS_FILE, WEIGHTS_FILE];

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
    // A manifest that says finished is not to outlive a power cut that its lines do not.
    this.settled();
    const present = LASTING_FILES.filter((name) => existsSync(join(this.directory, name)));
    const files = Object.fromEntries(present.map((name) => [name, fileChecksum(join(this.directory, name))]));
    this.close({ status: 'finished', outcome, files });
  }

  /** Leaves a run that is to go on later: for readers it is interrupted from now on. */
  suspend(): void {
    this.metrics.close();
    this.measurements.close();
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
  return parseManifest(
    explainReading(path, () => readFileSync(path, 'utf8')),
    path,
  );
}

/** The steps after which a run has kept its weights, rising. */
export const keptWeightSteps = (directory: string): number[] =>
  readdirSync(directory)
    .flatMap((name) => KEPT_WEIGHTS.exec(name)?.groups?.step ?? [])
    .map(Number)
    .sort((a, b) => a - b);

/** A line of one group has about so many bytes; no run has more steps than its file has such lines. */
const SHORTEST_LINE = 100;

/**
 * Calls `use` with each whole line of the metrics of a run, or of their first `bytes`; `steps` is about how many there are, as the
 * first line and the length of the file tell.
 */
function eachMetricsLine(
  path: string,
  use: (line: string, steps: number) => void,
  bytes = Number.POSITIVE_INFINITY,
): void {
  const size = Math.min(bytes, statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  if (existsSync(path))
    eachWholeLine(path, (line) => use(line, Math.ceil(size / Math.max(SHORTEST_LINE, line.length))), { to: bytes });
}

/**
 * All steps recorded so far, or in the first `bytes` of the file, read once; a last line still being written is left out. Throws
 * one line if a line is not the next step.
 */
export function readSteps(directory: string, bytes?: number): StepColumns {
  const path = join(directory, METRICS_FILE);
  let lines: KeptStepLines | undefined;
  const use = (line: string, steps: number): void => {
    lines ??= new KeptStepLines(path, steps);
    lines.push(line);
  };
  eachMetricsLine(path, use, bytes);
  return (lines ?? new KeptStepLines(path)).steps();
}

/** Steps of a run of which only some is kept. */
export interface PartlyReadSteps {
  /** What they say of all groups together: no groups and no cosines. */
  readonly joint: StepColumns;
  readonly seen: SeenSteps;
}

/** The same steps, checked alike, of which at most nine numbers each are kept. Throws as `readSteps`. */
export function readJointSteps(directory: string): PartlyReadSteps {
  const path = join(directory, METRICS_FILE);
  let collector = new JointStepCollector();
  const seen = new StepLines(path, (step) => collector.push(step));
  eachMetricsLine(path, (line, steps) => {
    if (seen.length === 0) collector = new JointStepCollector(steps);
    seen.push(line);
  });
  return { joint: collector.steps(), seen };
}

/**
 * Checks the steps recorded so far, or in the first `bytes` of the file, and keeps none. `also` sees each line that is right. Throws as
 * `readSteps`.
 */
export function checkSteps(
  directory: string,
  { bytes, also = () => {} }: { readonly bytes?: number; readonly also?: (line: string) => void } = {},
): SeenSteps {
  const path = join(directory, METRICS_FILE);
  const seen = new StepLines(path, () => {});
  const use = (line: string): void => {
    seen.push(line);
    also(line);
  };
  eachMetricsLine(path, use, bytes);
  return seen;
}
