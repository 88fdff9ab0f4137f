import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StepQuantities } from '../sphere.js';
import { explainWriting, makeDirectory, writeAtomically, writeFully } from './atomic.js';
import { isRunning } from './lock.js';
import type { Manifest, RunOutcome } from './manifest.js';
import { manifestText, parseManifest } from './manifest-text.js';
import { encodeSafetensors, type HostTensor } from './safetensors.js';

/** A run on disk: a folder with a manifest, one metrics line a step, and the final weights. */

export const MANIFEST_FILE = 'manifest.json';
export const METRICS_FILE = 'metrics.jsonl';
export const WEIGHTS_FILE = 'weights.safetensors';

export type RecordedStep = StepQuantities & { readonly accuracy: number };

/** JSON has no NaN or infinity; they are kept as text. */
const encodeNumber = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

const NOT_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);
const decodeNumber = (key: string, value: unknown): unknown =>
  key !== 'name' && typeof value === 'string' && NOT_FINITE.has(value) ? Number(value) : value;

export const encodeStep = (step: RecordedStep): string => JSON.stringify(step, encodeNumber);

const LEFTOVER = /^(manifest\.json|(weights|checkpoint-\d+)\.safetensors|lock)\.(?<pid>\d+)\.(tmp|stale)$/;

/** Removes what a process that was killed while writing has left. */
function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = LEFTOVER.exec(name)?.groups?.pid;
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(directory, name), { force: true });
  }
}

/** Writes a run as it goes: what is written stays readable whenever the process ends. */
export class RunWriter {
  private readonly metrics: number;
  private bytes: number;
  private closed = false;

  private constructor(
    private readonly directory: string,
    private manifest: Manifest,
    metricsBytes: number,
  ) {
    removeLeftovers(directory);
    const path = join(directory, METRICS_FILE);
    this.metrics = explainWriting(path, () => openSync(path, 'a'));
    explainWriting(path, () => ftruncateSync(this.metrics, metricsBytes));
    this.bytes = metricsBytes;
  }

  /** Starts a run in `directory`, in place of any unfinished one there. */
  static create(directory: string, manifest: Manifest): RunWriter {
    makeDirectory(directory);
    explainWriting(directory, () => {
      for (const file of [MANIFEST_FILE, METRICS_FILE, WEIGHTS_FILE]) rmSync(join(directory, file), { force: true });
    });
    const writer = new RunWriter(directory, manifest, 0);
    writer.writeManifest();
    return writer;
  }

  /** Goes on with a run; of its metrics only the first so many bytes stay. */
  static resume(directory: string, manifest: Manifest, metricsBytes: number): RunWriter {
    const writer = new RunWriter(directory, { ...manifest, status: 'running', failure: null }, metricsBytes);
    writer.writeManifest();
    return writer;
  }

  append(step: RecordedStep): void {
    const line = Buffer.from(`${encodeStep(step)}\n`);
    explainWriting(join(this.directory, METRICS_FILE), () => writeFully(this.metrics, line));
    this.bytes += line.length;
  }

  /** Bytes of the metrics so far, all of them on the disk. */
  settledMetrics(): number {
    explainWriting(join(this.directory, METRICS_FILE), () => fsyncSync(this.metrics));
    return this.bytes;
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
      // The failure is about to be told; that it cannot be written too would hide it.
    }
  }

  private close(change: Partial<Manifest>): void {
    if (!this.closed) closeSync(this.metrics);
    this.closed = true;
    this.manifest = { ...this.manifest, ...change };
    this.writeManifest();
  }

  private writeManifest(): void {
    writeAtomically(join(this.directory, MANIFEST_FILE), manifestText(this.manifest));
  }
}

/** The manifest of a run; undefined where there is none. Throws one line where it cannot be read. */
export function readManifest(directory: string): Manifest | undefined {
  const path = join(directory, MANIFEST_FILE);
  if (!existsSync(path)) return undefined;
  return parseManifest(readFileSync(path, 'utf8'), path);
}

/** All steps recorded so far; a last line still being written is left out. */
export function readSteps(directory: string): RecordedStep[] {
  const path = join(directory, METRICS_FILE);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines.map((line, i) => {
    try {
      return JSON.parse(line, decodeNumber) as RecordedStep;
    } catch {
      throw new Error(`${path}, line ${i + 1}, is not a metrics line`);
    }
  });
}
