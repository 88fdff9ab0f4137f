import { dirname } from 'node:path';
import { DamagedRun, REDO } from '../../run/damaged-run.js';
import type { DamagedFolder } from '../../sweep/sweep-reader.js';
import { FIRST_LINES, log } from '../../text/output.js';

/** Commands that read many runs judge those that can be read: of the others the first few are named, each once, and the exit code is 1. */

/** How many the command has left out so far, and the folders that those are in which are runs. */
let count = 0;
const folders = new Set<string>();

/** What is left out: a run with what is kept beside it, or a log. */
interface LeaveOutOptions {
  readonly kind?: 'run' | 'log';
}

/** Says on stderr that a run, or something kept with it, is left out; where many are, only of the first. */
export function leaveOut(directory: string, error: unknown, { kind = 'run' }: LeaveOutOptions = {}): void {
  process.exitCode = 1;
  count += 1;
  if (kind === 'run') folders.add(dirname(directory));
  if (count > FIRST_LINES) return;
  const { message } = error as Error;
  const reason = message.startsWith(directory) ? message : `${directory}: ${message}`;
  log(`left out: ${reason}${error instanceof DamagedRun ? `; ${REDO}` : ''}`);
}

/** The lowest folder that all of them are in. */
function commonFolder(paths: readonly string[]): string {
  return paths.reduce((common, path) => {
    let above = common;
    while (path !== above && !path.startsWith(`${above}/`) && above !== dirname(above)) above = dirname(above);
    return above;
  });
}

/** At the end of a command: how many it has left out without naming them, and what names them all. */
export function tellLeftOut(): void {
  const check = folders.size === 0 ? '' : `; regimes runs check ${commonFolder([...folders])} lists all`;
  if (count > FIRST_LINES) log(`left out: ${count - FIRST_LINES} more${check}`);
  count = 0;
  folders.clear();
}

/** For readers of sweeps: names each damaged run once, however often it is met. */
export function namingDamaged(isAsked: (directory: string) => boolean = () => true) {
  const named = new Set<string>();
  return ({ directory, problem, isUnreadable }: DamagedFolder): void => {
    if (named.has(directory) || !isAsked(directory)) return;
    named.add(directory);
    leaveOut(directory, isUnreadable ? new Error(problem) : new DamagedRun(problem));
  };
}
