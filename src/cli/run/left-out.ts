import { DamagedRun, REDO } from '../../run/damaged-run.js';
import type { DamagedFolder } from '../../sweep/directory.js';
import { log } from '../../text/output.js';

/** Commands that read many runs judge those that can be read: each of the others is named once, and the exit code is 1. */

/** Says on stderr that a run, or something kept with it, is left out. */
export function leaveOut(directory: string, error: unknown): void {
  const { message } = error as Error;
  const reason = message.startsWith(directory) ? message : `${directory}: ${message}`;
  log(`left out: ${reason}${error instanceof DamagedRun ? `; ${REDO}` : ''}`);
  process.exitCode = 1;
}

/** For readers of sweeps: names each damaged run once, however often it is met. */
export function namingDamaged(isAsked: (directory: string) => boolean = () => true) {
  const named = new Set<string>();
  return ({ directory, problem }: DamagedFolder): void => {
    if (named.has(directory) || !isAsked(directory)) return;
    named.add(directory);
    leaveOut(directory, new DamagedRun(problem));
  };
}
