import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadRecordOptions, type RunRecord, readRecord } from '../regime/run-record.js';
import { DamagedRun } from '../run/damaged-run.js';
import type { ElrManifest, Manifest } from '../run/manifest.js';
import { checkSteps, readSteps } from '../run/read-steps.js';
import { hasElr, type RecordedRun, type StoredManifest, type SweepRun } from '../run/recorded-run.js';
import { readManifest } from '../run/run-directory.js';
import { seenOf } from '../run/step-lines.js';
import { refuseDamaged } from '../run/whole-run.js';
import { UnreadableFile } from '../system/reading-error.js';
import { RunMemory } from './run-memory.js';

/** A run at a fixed ELR, with its record. */
export interface SweepRecord extends StoredManifest {
  readonly manifest: ElrManifest;
  readonly record: RunRecord;
}

/** Which runs are read, and how much of them. */
export interface EachRecordOptions<Result = unknown> extends ReadRecordOptions {
  /** Whether the run in a folder is wanted; default: all are. */
  readonly isWanted?: (directory: string) => boolean;
  /** Runs that have not changed since a call with the same memory are not read again; default: all are read. */
  readonly memory?: RunMemory<Result>;
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

const byElr = (a: Manifest, b: Manifest): number => a.configuration.rate.value - b.configuration.rate.value;

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
  private readonly known = new RunMemory<RecordedRun>();
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
    { isWanted = () => true, memory = new RunMemory(), ...options }: EachRecordOptions<Result> = {},
  ): Result[] {
    const folders = this.folders();
    const inGroups = inGroupsOf(folders.flatMap(manifestIfAny));
    const results = folders.filter(isWanted).flatMap((directory) => {
      const manifest = this.unlessDamaged(directory, readManifest);
      if (manifest === undefined) return [];
      const run = inGroups({ directory, manifest });
      const made = memory.of(run, () => {
        const record = this.unlessDamaged(directory, () => readRecord(run, options));
        return record !== undefined && hasElr(run) ? [of({ ...run, record })] : [];
      });
      return made.map((result) => ({ manifest: run.manifest, result }));
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
    const [run] = this.known.of({ directory, manifest }, () => {
      const steps = readSteps(directory);
      refuseDamaged(directory, manifest, seenOf(steps));
      return [{ directory, manifest, steps }];
    });
    return run;
  }
}
