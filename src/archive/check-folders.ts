import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PATHS_FILE, readPaths } from '../experiments/path-record.js';
import { FORECAST_FILE, readForecast } from '../forecast/forecast-file.js';
import { readPlan, SWEEP_FILE } from '../sweep/plan-file.js';
import { isLocked } from '../system/lock.js';
import { checkRun, damage, leftovers, type RunFinding, removeLeftovers } from './check-run.js';
import { type FoundRun, runsIn } from './find-runs.js';
import { readStatus, type StoredStatus } from './stored-run.js';

/** Runs in folders, and the sweeps that they belong to, checked file by file. */

/** A folder that was checked. */
export interface CheckedFolder {
  readonly path: string;
  readonly kind: 'run' | 'sweep';
  /** Of a run; null where it cannot be read. */
  readonly status: StoredStatus | null;
  /** What is wrong with its files. */
  readonly findings: readonly RunFinding[];
  /** What was wrong and has been removed. */
  readonly repaired: readonly RunFinding[];
}

function statusOf(directory: string): StoredStatus | null {
  try {
    return readStatus(directory).status;
  } catch {
    return null;
  }
}

function checkSweep(directory: string): RunFinding[] {
  const holds = (file: string): boolean => existsSync(join(directory, file));
  return [
    ...damage(SWEEP_FILE, () => readPlan(directory)),
    ...(holds(FORECAST_FILE) ? damage(FORECAST_FILE, () => readForecast(directory)) : []),
    ...(holds(PATHS_FILE) ? damage(PATHS_FILE, () => readPaths(directory)) : []),
    ...(isLocked(directory) ? [] : leftovers(directory)),
  ];
}

interface Checking {
  readonly path: string;
  readonly kind: CheckedFolder['kind'];
  readonly check: (directory: string) => RunFinding[];
}

function checkFolder({ path, kind, check }: Checking, isRepaired: boolean): CheckedFolder {
  let findings: RunFinding[] = [];
  let repaired: RunFinding[] = [];
  try {
    repaired = isRepaired && !isLocked(path) ? removeLeftovers(path) : [];
    findings = check(path);
  } catch (error) {
    findings = damage('.', () => {
      throw error;
    });
  }
  return { path, kind, status: kind === 'run' ? statusOf(path) : null, findings, repaired };
}

const sweepsOf = (runs: readonly FoundRun[], directories: readonly string[]): string[] => {
  const candidates = new Map(
    [...directories, ...runs.map(({ directory }) => dirname(directory))].map((path) => [resolve(path), path]),
  );
  return [...candidates.values()].filter((path) => existsSync(join(path, SWEEP_FILE)));
};

const refused = (problem: string) => (): RunFinding[] => [{ file: '.', kind: 'damage', problem }];

/**
 * Checks every run in folders and below, and their sweeps, one after another; with `repair`, what killed processes have left is
 * removed first. Throws a UsageError where a folder holds no run.
 */
export function* checkFolders(
  directories: readonly string[],
  { repair = false }: { readonly repair?: boolean } = {},
): Generator<CheckedFolder> {
  const runs = runsIn(directories);
  for (const path of sweepsOf(runs, directories)) yield checkFolder({ path, kind: 'sweep', check: checkSweep }, repair);
  for (const { directory: path, problem } of runs)
    yield checkFolder({ path, kind: 'run', check: problem === undefined ? checkRun : refused(problem) }, repair);
}
