import { CommanderError } from 'commander';
import { OwnProcessNeeded } from '../../deep/engine/installed/environment.js';
import { DamagedRun } from '../run/damaged-run.js';
import { RunsAway } from '../sweep/run-state.js';
import { WriteRefused } from '../system/atomic.js';
import { explainedError } from '../system/explain-error.js';
import { listenToReading } from '../system/reading.js';
import { DamagedFile } from '../system/reading-error.js';
import { UsageError } from '../system/usage-error.js';
import { printable } from '../text/printable.js';
import { showReading } from '../text/reading-progress.js';
import { program } from './program.js';

/** Longest message that is printed whole: whoever writes a file decides what of it is quoted. */
const LONGEST = 2000;

/** What ended a command. Line ends in messages of this program belong to names and are escaped; others say more than is read in their further lines. */
function oneLine(error: unknown): string {
  const isOwn = [UsageError, DamagedFile, DamagedRun, WriteRefused].some((kind) => error instanceof kind);
  const isOfSystem = (error as NodeJS.ErrnoException).syscall !== undefined;
  const text = explainedError(error);
  const line = printable(isOwn || isOfSystem ? text : text.split('\n')[0]!);
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} ...` : line;
}

/** Prints what ended a command as one line on stderr, and returns the exit code for it. */
function reportFailure(error: unknown): number {
  // Commander has printed its own line; it also throws after printing a help text, with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof RunsAway) {
    process.stderr.write(`${printable(error.message)}; the same command goes on later\n`);
    return 3;
  }
  process.stderr.write(`error: ${oneLine(error)}\n`);
  if (process.env.REGIMES_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return error instanceof UsageError ? 2 : 1;
}

export interface CommandEnd {
  /** Whether the command was cut short by an error or a help text; nothing of it is worth waiting for then. */
  readonly isCutShort: boolean;
  /** 0 for success, 2 for bad input, 1 for a failure at run time, 3 where runs elsewhere have to end first. */
  readonly code: number;
}

/** Does the command line in a process that was started for an engine; its exit code. */
export type Elsewhere = (reason: OwnProcessNeeded) => Promise<number>;

/**
 * Runs one command line, given without the program's name. A command that runs to its end may have set
 * `process.exitCode` (a verification that failed, say); that is the code returned. Where an engine needs a process of its
 * own, which shows before anything is written, `elsewhere` does the whole of it; without it that is an error.
 */
export async function runCli(words: readonly string[], elsewhere?: Elsewhere): Promise<CommandEnd> {
  const giveBack = listenToReading(showReading());
  try {
    await (await program(words)).parseAsync(words, { from: 'user' });
    return { isCutShort: false, code: Number(process.exitCode ?? 0) };
  } catch (error) {
    if (error instanceof OwnProcessNeeded && elsewhere !== undefined)
      return { isCutShort: true, code: await elsewhere(error) };
    return { isCutShort: true, code: reportFailure(error) };
  } finally {
    giveBack();
  }
}
