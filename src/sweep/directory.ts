import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type ReadRecordOptions, type RunRecord, readRecord } from '../regime/run-record.js';
import { DamagedRun } from '../run/damaged-run.js';
import type { ElrManifest, Manifest } from '../run/manifest.js';
import { checkSteps, readSteps } from '../run/read-steps.js';
import { hasElr, type RecordedRun, type SweepRun } from '../run/recorded-run.js';
import { METRICS_FILE, readManifest } from '../run/run-directory.js';
import { seenOf } from '../run/step-lines.js';
import { finishedManifest, refuseDamaged } from '../run/whole-run.js';
import { UnreadableFile } from '../system/reading-error.js';
import { UsageError } from '../system/usage-error.js';
import type { PlannedRun, SweepPlan } from './plan.js';
import { readPlan } from './plan-file.js';

/** A sweep on disk: a folder with a plan and one run a folder, named by what varies. */

export { runDirectory } from './plan.js';

/** Whether a run is finished on disk, and whole: one that is damaged is not. */
export function isFinished(sweep: string, { folder, configuration }: PlannedRun): boolean {
  try {
    return isDeepStrictEqual(finishedManifest(join(sweep, folder))?.configuration, configuration);
  } catch {
    return false;
  }
}

/** A run of a sweep by its folder, whatever is read of its steps. */
export interface StoredManifest {
  readonly directory: string;
  readonly manifest: Manifest;
}

interface RunWithRecord extends StoredManifest {
  readonly record: RunRecord;
}

/** A run at a fixed ELR, with its record. */
export interface SweepRecord extends RunWithRecord {
  readonly manifest: ElrManifest;
}

/** Which runs are read, and how much of them. */
export interface EachRecordOptions extends ReadRecordOptions {
  /** Whether the run in a folder is wanted; default: all are. */
  readonly isWanted?: (directory: string) => boolean;
}

/** Gives a run the groups of its tensors: runs of earlier versions do not know them; others of the same tensors do. */
function inGroupsOf(manifests: readonly Manifest[]): <Run extends StoredManifest>(run: Run) => Run {
  const key = ({ groups }: Manifest): string => JSON.stringify(groups);
  const known = new Map(
    manifests
      .map((manifest) => [key(manifest), manifest.invariantGroups] as const)
      .filter(([, invariantGroups]) => invariantGroups),
  );
  return (run) => {
    const invariantGroups = run.manifest.invariantGroups ?? known.get(key(run.manifest));
    if (invariantGroups === run.manifest.invariantGroups) return run;
    return { ...run, manifest: { ...run.manifest, invariantGroups } };
  };
}

/** The manifest of a run, if it has one that can be read. */
function manifestIfAny(directory: string): Manifest[] {
  try {
    return [readManifest(directory) ?? []].flat();
  } catch {
    return [];
  }
}

const byElr = (a: ElrManifest, b: ElrManifest): number => a.configuration.rate.value - b.configuration.rate.value;

/** A run of a sweep that cannot be used: its folder, and what is wrong in one line. */
export interface DamagedFolder {
  readonly directory: string;
  readonly problem: string;
  /** Its files cannot be read now, and may be whole. */
  readonly isUnreadable?: true;
}

/** What is done about damaged runs. */
export interface ReadSweepOptions {
  /** Called with each damaged run, which is left out; default: it is thrown. */
  readonly onDamaged?: (damaged: DamagedFolder) => void;
}

const refuse = ({ problem }: DamagedFolder): never => {
  throw new DamagedRun(problem);
};

/** Reads sweeps again and again: what has not changed on disk since is not read again. */
export class SweepReader {
  private readonly known = new Map<string, { readonly stamp: string; readonly run: RecordedRun }>();
  private readonly onDamaged: (damaged: DamagedFolder) => void;

  constructor(
    private readonly directory: string,
    { onDamaged = refuse }: ReadSweepOptions = {},
  ) {
    this.onDamaged = onDamaged;
  }

  /** All runs that have begun and are not damaged, whatever they step with, by folder. */
  all(): RecordedRun[] {
    const runs = this.folders()
      .map((folder) => this.readRun(folder))
      .filter((run) => run !== undefined);
    return runs.map(inGroupsOf(runs.map(({ manifest }) => manifest)));
  }

  private folders(): string[] {
    if (!existsSync(this.directory)) return [];
    const folders = readdirSync(this.directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => name).sort();
    return names.map((name) => join(this.directory, name));
  }

  /** Those of them that are at a fixed ELR, by rising ELR. */
  read(): SweepRun[] {
    return this.all()
      .filter(hasElr)
      .sort((a, b) => byElr(a.manifest, b.manifest));
  }

  /**
   * What a function makes of each of those runs in folders that are wanted, by rising ELR, from its record (`readRecord`). One is in
   * memory at a time, and no more of it than judging it needs, however long it is.
   */
  each<Result>(
    of: (run: SweepRecord) => Result,
    { isWanted = () => true, ...options }: EachRecordOptions = {},
  ): Result[] {
    const folders = this.folders();
    const inGroups = inGroupsOf(folders.flatMap(manifestIfAny));
    const read = (directory: string): RunWithRecord | undefined => {
      const manifest = readManifest(directory);
      if (manifest === undefined) return undefined;
      const run = inGroups({ directory, manifest });
      return { ...run, record: readRecord(run, options) };
    };
    const results = folders.filter(isWanted).flatMap((folder) => {
      const run = this.unlessDamaged(folder, read);
      return run !== undefined && hasElr(run) ? [{ manifest: run.manifest, result: of(run) }] : [];
    });
    return results.sort((a, b) => byElr(a.manifest, b.manifest)).map(({ result }) => result);
  }

  /** All runs that have begun and are not damaged, by folder; every line is checked, and no step is kept. */
  whole(): StoredManifest[] {
    const check = (directory: string): StoredManifest | undefined => {
      const manifest = readManifest(directory);
      if (manifest === undefined) return undefined;
      refuseDamaged(directory, manifest, checkSteps(directory));
      return { directory, manifest };
    };
    return this.folders().flatMap((folder) => this.unlessDamaged(folder, check) ?? []);
  }

  private readRun(directory: string): RecordedRun | undefined {
    return this.unlessDamaged(directory, (folder) => this.wholeRun(folder));
  }

  private unlessDamaged<Result>(directory: string, read: (directory: string) => Result): Result | undefined {
    try {
      return read(directory);
    } catch (error) {
      const isUnreadable = error instanceof UnreadableFile;
      this.onDamaged({ directory, problem: (error as Error).message, ...(isUnreadable && { isUnreadable }) });
      return undefined;
    }
  }

  private wholeRun(directory: string): RecordedRun | undefined {
    const manifest = readManifest(directory);
    if (manifest === undefined) return undefined;
    const metrics = statSync(join(directory, METRICS_FILE), { throwIfNoEntry: false });
    const stamp = `${manifest.status} ${metrics?.size} ${metrics?.mtimeMs}`;
    const known = this.known.get(directory);
    if (known?.stamp === stamp) return known.run;
    const run = { directory, manifest, steps: readSteps(directory) };
    refuseDamaged(directory, manifest, seenOf(run.steps));
    this.known.set(directory, { stamp, run });
    return run;
  }
}

/** The plan of a sweep on disk. Throws a UsageError if there is no sweep. */
export function readSweepPlan(directory: string): SweepPlan {
  const plan = readPlan(directory);
  if (plan !== undefined) return plan;
  throw new UsageError(`${directory} is not a sweep; allowed: a folder written by regimes sweep --out`);
}

/**
 * All runs of a sweep on disk that are at a fixed ELR, by rising ELR. Throws a UsageError if there is no sweep, one line if a run
 * is damaged and `onDamaged` is not given.
 *
 * @example
 * const sweep = readSweep('runs/sweep');
 * console.log(sweep.map(({ manifest }) => manifest.configuration.rate.value)); // [ 0.001, 1 ]
 */
export function readSweep(directory: string, options: ReadSweepOptions = {}): SweepRun[] {
  readSweepPlan(directory);
  return new SweepReader(directory, options).read();
}
