import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DamagedRun } from '../run/damaged-run.js';
import type { ElrConfiguration, ElrManifest, Manifest } from '../run/manifest.js';
import { MANIFEST_FILE, METRICS_FILE, readManifest, readSteps, type StepColumns } from '../run/run-directory.js';
import { seenOf } from '../run/step-lines.js';
import { finishedManifest, refuseDamaged } from '../run/whole-run.js';
import { makeDirectory } from '../system/atomic.js';
import { lockDirectory } from '../system/lock.js';
import { UnreadableFile } from '../system/reading-error.js';
import { UsageError } from '../system/usage-error.js';
import { elrPlan, type PlannedRun, type SweepPlan, unite } from './plan.js';
import { type KnownPlan, planDifference, readPlan, SWEEP_FILE, writePlan } from './plan-file.js';

/** A sweep on disk: a folder with a plan and one run a folder, named by what varies. */

export { runDirectory } from './plan.js';

/** A run as read from disk, finished or not. */
export interface RecordedRun {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly steps: StepColumns;
}

/**
 * Runs as they were after their first `steps` steps, as if they had been planned that way: what shorter training would show.
 * Runs with fewer steps are left out.
 */
export const shortened = <Run extends RecordedRun>(runs: readonly Run[], steps: number): Run[] =>
  runs
    .filter((run) => run.steps.length >= steps)
    .map((run) => ({
      ...run,
      manifest: { ...run.manifest, status: 'finished', configuration: { ...run.manifest.configuration, steps } },
      steps: run.steps.slice(0, steps),
    }));

/** A run at a fixed ELR. */
export interface SweepRun extends RecordedRun {
  readonly manifest: ElrManifest;
}

/** Whether a run is at a fixed ELR. */
export const hasElr = (run: RecordedRun): run is SweepRun => run.manifest.configuration.rate.kind === 'elr';

/**
 * Makes `directory` the home of a sweep, or adds the runs of `plan` to the one that is there; runs already
 * planned are kept. Returns the whole plan. Throws a UsageError if the folder holds another sweep, so that no two mix.
 */
export function extendSweep(directory: string, plan: SweepPlan): SweepPlan {
  const known = readPlan(directory);
  if (known !== undefined) refuseOther(directory, known, plan);
  if (existsSync(join(directory, MANIFEST_FILE))) {
    throw new UsageError(`${directory} holds a single run; choose another --out`);
  }
  refuseInside(directory);
  makeDirectory(directory);
  // Another process may be adding runs too. Besides, a folder that cannot be written is found out here, before any run.
  const release = lockDirectory(directory);
  try {
    const latest = readPlan(directory);
    if (latest !== undefined) refuseOther(directory, latest, plan);
    const { shared: _, ...before } = latest ?? { ...plan, shared: {} };
    const whole = unite(before, plan);
    if (!existsSync(join(directory, SWEEP_FILE)) || whole.runs.length > before.runs.length) {
      writePlan(directory, whole);
    }
    return whole;
  } finally {
    release();
  }
}

/**
 * Replaces the runs of a sweep on disk by what `change` makes of them, and returns the plan. Throws a UsageError if there is no sweep, and
 * what `change` throws, in which case nothing changes.
 */
export function changePlan(
  directory: string,
  change: (runs: readonly PlannedRun[]) => readonly PlannedRun[],
): SweepPlan {
  const release = lockDirectory(directory);
  try {
    const { varied, given, runs } = readSweepPlan(directory);
    const plan = { varied, given, runs: change(runs) };
    writePlan(directory, plan);
    return plan;
  } finally {
    release();
  }
}

/** A sweep among the runs of another would be taken for one of them. */
function refuseInside(directory: string): void {
  const above = dirname(resolve(directory));
  const kind = [SWEEP_FILE, MANIFEST_FILE].find((file) => existsSync(join(above, file)));
  if (kind === undefined) return;
  const what = kind === SWEEP_FILE ? 'a sweep' : 'a single run';
  throw new UsageError(`${directory} lies in the folder of ${what}; choose another --out`);
}

function refuseOther(directory: string, known: KnownPlan, plan: SweepPlan): void {
  const difference = planDifference(known, plan);
  if (difference !== undefined) {
    throw new UsageError(`${directory} holds another sweep (${difference}); choose another --out`);
  }
}

/** `extendSweep` for runs that differ in their ELR alone. */
export const openSweep = (directory: string, runs: readonly ElrConfiguration[]): SweepPlan =>
  extendSweep(directory, elrPlan(runs));

/** Whether a run is finished on disk, and whole: one that is damaged is not. */
export function isFinished(sweep: string, { folder, configuration }: PlannedRun): boolean {
  try {
    return isDeepStrictEqual(finishedManifest(join(sweep, folder))?.configuration, configuration);
  } catch {
    return false;
  }
}

/** Gives a run the groups of its tensors: runs of earlier versions do not know them; others of the same tensors do. */
function inGroupsOf(manifests: readonly Manifest[]): (run: RecordedRun) => RecordedRun {
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
   * What a function makes of each of those runs in folders that are wanted, by rising ELR. One is in memory at a time, of those that
   * were not read before.
   */
  each<Result>(of: (run: SweepRun) => Result, isWanted: (directory: string) => boolean = () => true): Result[] {
    const folders = this.folders();
    const inGroups = inGroupsOf(folders.flatMap(manifestIfAny));
    const results = folders.filter(isWanted).flatMap((folder) => {
      const run = this.readRun(folder, { keep: false });
      return run !== undefined && hasElr(run)
        ? [{ manifest: run.manifest, result: of(inGroups(run) as SweepRun) }]
        : [];
    });
    return results.sort((a, b) => byElr(a.manifest, b.manifest)).map(({ result }) => result);
  }

  private readRun(directory: string, { keep = true } = {}): RecordedRun | undefined {
    try {
      return this.wholeRun(directory, keep);
    } catch (error) {
      const isUnreadable = error instanceof UnreadableFile;
      this.onDamaged({ directory, problem: (error as Error).message, ...(isUnreadable && { isUnreadable }) });
      return undefined;
    }
  }

  private wholeRun(directory: string, keep: boolean): RecordedRun | undefined {
    const manifest = readManifest(directory);
    if (manifest === undefined) return undefined;
    const metrics = statSync(join(directory, METRICS_FILE), { throwIfNoEntry: false });
    const stamp = `${manifest.status} ${metrics?.size} ${metrics?.mtimeMs}`;
    const known = this.known.get(directory);
    if (known?.stamp === stamp) return known.run;
    const run = { directory, manifest, steps: readSteps(directory) };
    refuseDamaged(directory, manifest, seenOf(run.steps));
    if (keep) this.known.set(directory, { stamp, run });
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
 */
export function readSweep(directory: string, options: ReadSweepOptions = {}): SweepRun[] {
  readSweepPlan(directory);
  return new SweepReader(directory, options).read();
}
