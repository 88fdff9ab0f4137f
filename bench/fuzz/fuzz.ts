import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomSource } from '../../src/numerics/random.js';
import { mutate } from './mutations.js';
import type { Target } from './target.js';
import { targetsIn } from './targets.js';

/** Files of runs and of images, changed at random and read: what became of each. */

export interface FuzzCounts {
  tried: number;
  /** Refused in one line. */
  refused: number;
  /** Taken, rightly as far as a second opinion goes. */
  accepted: number;
  /** Taken, though the second opinion is that the file is damaged. */
  wronglyAccepted: number;
  /** Refused, though the second opinion is that nothing is wrong. */
  wronglyRefused: number;
  /** Ended by an error that is no message for people: of the runtime, or of several lines. */
  crashed: number;
  /** Took more than `SLOW` microseconds of processor time. */
  hung: number;
}

export interface FuzzFailure {
  readonly target: string;
  readonly kind: 'crashed' | 'wronglyAccepted' | 'wronglyRefused' | 'hung';
  readonly seed: number;
  readonly message: string;
  readonly bytes: Buffer;
}

export interface FuzzResult {
  readonly counts: ReadonlyMap<string, FuzzCounts>;
  readonly failures: readonly FuzzFailure[];
}

const SLOW = 2_000_000;

const NOTHING: FuzzCounts = {
  ...{ tried: 0, refused: 0, accepted: 0, wronglyAccepted: 0, wronglyRefused: 0, crashed: 0, hung: 0 },
};

/** Errors of the runtime that no reader should let through. */
const isCrash = (error: unknown): boolean =>
  !(error instanceof Error) ||
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof SyntaxError ||
  error.name === 'ZodError' ||
  (error as NodeJS.ErrnoException).code !== undefined ||
  error.message.trim().split('\n').length !== 1;

/** The second opinion; a file at which it fails itself is none that it would take. */
function opinion({ isRight }: Target, changed: Buffer, original: Buffer): boolean | undefined {
  if (isRight === undefined) return undefined;
  try {
    return isRight(changed, original);
  } catch {
    return false;
  }
}

type Outcome = Exclude<keyof FuzzCounts, 'tried' | 'hung'>;

/** Reads a changed file once. */
function tryOnce(target: Target, changed: Buffer, original: Buffer): { outcome: Outcome; message: string } {
  try {
    target.read();
  } catch (error) {
    const message = String(error);
    if (isCrash(error)) return { outcome: 'crashed', message };
    const isDamaged = target.isCoarse || opinion(target, changed, original) !== true;
    return { outcome: isDamaged ? 'refused' : 'wronglyRefused', message };
  }
  const isTaken = opinion(target, changed, original) !== false;
  return { outcome: isTaken ? 'accepted' : 'wronglyAccepted', message: 'taken' };
}

/** A file in the place of another: some systems write one that is emptied first to the disk at once. */
function putAnew(path: string, bytes: Buffer): void {
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
}

/** Tries so many changed files, shared out evenly among the targets. The same seed and count try the same files. */
export function fuzz(folder: string, { count, seed }: { readonly count: number; readonly seed: number }): FuzzResult {
  const targets = targetsIn(folder);
  const originals = targets.map(({ path }) => readFileSync(path));
  const counts = new Map(targets.map(({ name }) => [name, { ...NOTHING }]));
  const failures: FuzzFailure[] = [];
  for (let i = 0; i < count; i += 1) {
    const target = targets[i % targets.length]!;
    const original = originals[i % targets.length]!;
    const changed = mutate(original, randomSource(seed, i));
    const own = counts.get(target.name)!;
    putAnew(target.path, changed);
    const begin = process.cpuUsage();
    const { outcome, message } = tryOnce(target, changed, original);
    const isSlow = process.cpuUsage(begin).user > SLOW;
    putAnew(target.path, original);
    own.tried += 1;
    own[outcome] += 1;
    if (isSlow) own.hung += 1;
    const kind = isSlow ? 'hung' : outcome;
    if (kind !== 'refused' && kind !== 'accepted')
      failures.push({ target: target.name, kind, seed: i, message, bytes: changed });
  }
  return { counts, failures };
}
