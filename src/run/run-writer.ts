import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { explainWriting, makeDirectory, writeAtomically } from '../system/atomic.js';
import { disk } from '../system/disk.js';
import { fileChecksum } from '../system/file-checksum.js';
import { encodeNumber } from '../system/json-numbers.js';
import { LineFile } from '../system/line-file.js';
import { encodeSafetensors, type HostTensor } from '../system/safetensors.js';
import { ANNEALING_FILE } from './annealing-record.js';
import { BALANCE_FILE } from './balance-record.js';
import { curvatureKindOf } from './curvature-record.js';
import type { Manifest, RunOutcome } from './manifest.js';
import { manifestText } from './manifest-text.js';
import { encodeMeasurement, MEASUREMENTS_FILE, type Measurement } from './measurements.js';
import {
  AVERAGE_FILE,
  isLeftover,
  keptWeightSteps,
  keptWeightsFile,
  MANIFEST_FILE,
  METRICS_FILE,
  SUMMARY_FILE,
  WEIGHTS_FILE,
} from './run-directory.js';
import type { RecordedStep } from './step-columns.js';

export const encodeStep = (step: RecordedStep): string => JSON.stringify(step, encodeNumber);

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
  const kept = [
    ...keptWeightSteps(directory).map(keptWeightsFile),
    ...readdirSync(directory).filter((name) => curvatureKindOf(name) !== undefined),
  ];
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
