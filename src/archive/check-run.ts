import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ANNEALING_FILE, readAnnealing } from '../run/annealing-record.js';
import { BALANCE_FILE, readBalance } from '../run/balance-record.js';
import { checkCheckpoint } from '../run/checkpoint.js';
import { curvatureKindOf, readCurvature } from '../run/curvature-record.js';
import type { Manifest } from '../run/manifest.js';
import { MEASUREMENTS_FILE, readMeasurements } from '../run/measurements.js';
import { checkSteps } from '../run/read-steps.js';
import { isLeftover, MANIFEST_FILE, METRICS_FILE, readManifest } from '../run/run-directory.js';
import { runProblems } from '../run/whole-run.js';
import { explainWriting } from '../system/atomic.js';
import { disk } from '../system/disk.js';
import { eachWholeLine } from '../system/line-file.js';
import { isLocked, LOCK_FILE, lockDirectory } from '../system/lock.js';
import { decodeSafetensors } from '../system/safetensors.js';
import { repeatedName } from '../system/strict-json.js';

/** Every file of a run against its schema, its checksum and the others; and what a killed process has left behind. */

/** Something that is wrong with a file of a run. */
export interface RunFinding {
  readonly file: string;
  /** `leftover`: what a killed process was about to write, which no reader takes for data; `damage`: everything else. */
  readonly kind: 'damage' | 'leftover';
  readonly problem: string;
}

/** Throws one line where something is wrong with the file. */
type Check = (directory: string, file: string, manifest: Manifest | undefined) => void;

/** Sees one line of a file after another, and throws at one that has a name twice. */
function repeatedNames(): (text: string) => void {
  let line = 0;
  return (text) => {
    line += 1;
    const name = repeatedName(text);
    if (name !== undefined) throw new Error(`line ${line} has ${JSON.stringify(name)} twice`);
  };
}

function checkMeasurements(directory: string, file: string, manifest: Manifest | undefined): void {
  const last = readMeasurements(directory).at(-1);
  const steps = manifest?.configuration.steps ?? Number.POSITIVE_INFINITY;
  if (last !== undefined && last.step > steps) throw new Error(`it measures after step ${last.step} of ${steps}`);
  if (last !== undefined) eachWholeLine(join(directory, file), repeatedNames());
}

function checkTensors(directory: string, file: string): void {
  for (const [name, { data }] of decodeSafetensors(readFileSync(join(directory, file))))
    if (!data.every(Number.isFinite)) throw new Error(`${name} holds numbers that are not finite`);
}

const CHECKS: readonly [file: RegExp, check: Check][] = [
  [new RegExp(`^${MEASUREMENTS_FILE}$`), checkMeasurements],
  [/^curvature[a-z0-9-]*\.json$/, (directory, file) => readCurvature(directory, curvatureKindOf(file))],
  [new RegExp(`^${BALANCE_FILE}$`), readBalance],
  [new RegExp(`^${ANNEALING_FILE}$`), readAnnealing],
  [/^checkpoint-\d+\.safetensors$/, checkCheckpoint],
  [/^(weights(-\d+)?|average)\.safetensors$/, checkTensors],
];

const oneLine = (error: unknown): string => (error as Error).message.split('\n')[0]!;

/** Does a check; what it throws is damage of the file, and what it returns if that is a text. */
export function damage(file: string, check: () => unknown): RunFinding[] {
  try {
    const problem = check();
    return typeof problem === 'string' ? [{ file, kind: 'damage', problem }] : [];
  } catch (error) {
    return [{ file, kind: 'damage', problem: oneLine(error) }];
  }
}

/** Bytes of a file behind its last line end. */
function unfinishedBytes(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return size === 0 ? 0 : size - eachWholeLine(path, () => {});
}

/** What a process that is gone has left in a folder. */
export function leftovers(directory: string, names: readonly string[] = readdirSync(directory)): RunFinding[] {
  const found = names
    .filter((name) => isLeftover(name) || name === LOCK_FILE)
    .map((file): RunFinding => ({ file, kind: 'leftover', problem: 'a temporary file of a process that has ended' }));
  const halves = [METRICS_FILE, MEASUREMENTS_FILE].flatMap((file): RunFinding[] => {
    const bytes = names.includes(file) ? unfinishedBytes(join(directory, file)) : 0;
    return bytes === 0 ? [] : [{ file, kind: 'leftover', problem: `${bytes} bytes of an unfinished last line` }];
  });
  return [...found, ...halves];
}

/** The manifest of a run, and what is wrong with it. */
function checkedManifest(directory: string): { manifest: Manifest | undefined; findings: RunFinding[] } {
  if (!existsSync(join(directory, MANIFEST_FILE)))
    return { manifest: undefined, findings: [{ file: MANIFEST_FILE, kind: 'damage', problem: 'is missing' }] };
  let manifest: Manifest | undefined;
  const findings = damage(MANIFEST_FILE, () => {
    manifest = readManifest(directory);
  });
  return { manifest, findings };
}

/** Steps, weights and checksums by the one definition of a whole run. */
function checkedWhole(directory: string, manifest: Manifest | undefined): RunFinding[] {
  const found: RunFinding[] = [];
  const unread = damage(METRICS_FILE, () => {
    const steps = checkSteps(directory, { also: repeatedNames() });
    for (const each of manifest === undefined ? [] : runProblems(directory, manifest, steps))
      found.push({ ...each, kind: 'damage' });
  });
  return [...unread, ...found];
}

/** All that is wrong in the folder of a run: nothing where it is whole as far as it has come. Reads every file of it. */
export function checkRun(directory: string): RunFinding[] {
  const names = readdirSync(directory).sort();
  const { manifest, findings } = checkedManifest(directory);
  findings.push(...checkedWhole(directory, manifest));
  for (const [pattern, check] of CHECKS) {
    for (const file of names.filter((name) => pattern.test(name)))
      findings.push(...damage(file, () => check(directory, file, manifest)));
  }
  // The first that is wrong with a file, in the order of the checks.
  const first = findings.filter(({ file }, i) => findings.findIndex((other) => other.file === file) === i);
  // Of a process that is at work nothing is left over.
  return isLocked(directory) ? first : [...first, ...leftovers(directory, names)];
}

/**
 * Removes what a killed process has left, half lines and temporary files; never a whole line, and no file of data. Returns what
 * was removed. Throws a UsageError where a process is at work in the folder.
 */
export function removeLeftovers(directory: string): RunFinding[] {
  const before = leftovers(directory);
  if (before.length === 0) return before;
  // Takes over the lock of a process that has ended, and removes it at the end.
  const release = lockDirectory(directory);
  try {
    for (const { file } of leftovers(directory)) {
      const path = join(directory, file);
      explainWriting(path, () => {
        if (isLeftover(file)) disk().remove(path);
        else if (file !== LOCK_FILE) disk().truncate(path, statSync(path).size - unfinishedBytes(path));
      });
    }
    return before;
  } finally {
    release();
  }
}
