import { dirname } from 'node:path';
import { DamagedRun, REDO } from '../../run/damaged-run.js';
import type { DamagedFolder } from '../../sweep/sweep-reader.js';
import { FIRST_LINES, log } from '../../text/output.js';

/** What is left out: a run with what is kept beside it, or a log. */
interface LeaveOutOptions {
  readonly kind?: 'run' | 'log';
}

/** The lowest folder that all of them are in. */
function commonFolder(paths: readonly string[]): string {
  return paths.reduce((common, path) => {
    let above = common;
    while (path !== above && !path.startsWith(`${above}/`) && above !== dirname(above)) above = dirname(above);
    return above;
  });
}

/** Commands that read many runs judge those that can be read: of the others the first few are named, each once, and the exit code is 1. */
export class LeftOut {
  private count = 0;
  /** Those that runs are in which are left out. */
  private readonly folders = new Set<string>();

  /** Says on stderr that a run, or something kept with it, is left out; where many are, only of the first. */
  add(directory: string, error: unknown, { kind = 'run' }: LeaveOutOptions = {}): void {
    process.exitCode = 1;
    this.count += 1;
    if (kind === 'run') this.folders.add(dirname(directory));
    if (this.count > FIRST_LINES) return;
    const { message } = error as Error;
    const reason = message.startsWith(directory) ? message : `${directory}: ${message}`;
    log(`left out: ${reason}${error instanceof DamagedRun ? `; ${REDO}` : ''}`);
  }

  /** For readers of sweeps: adds each damaged run once, however often it is met. */
  damaged(isAsked: (directory: string) => boolean = () => true): (run: DamagedFolder) => void {
    const named = new Set<string>();
    return ({ directory, problem, isUnreadable }) => {
      if (named.has(directory) || !isAsked(directory)) return;
      named.add(directory);
      this.add(directory, isUnreadable ? new Error(problem) : new DamagedRun(problem));
    };
  }

  /** At the end: how many were left out without being named, and what names them all. */
  tellOthers(): void {
    const check = this.folders.size === 0 ? '' : `; regimes runs check ${commonFolder([...this.folders])} lists all`;
    if (this.count > FIRST_LINES) log(`left out: ${this.count - FIRST_LINES} more${check}`);
  }
}

/** The action of a command that leaves out what it cannot read, which is counted to its end, however it ends. */
export const leavingOut =
  <Words extends readonly unknown[]>(action: (leftOut: LeftOut, ...words: Words) => void | Promise<void>) =>
  async (...words: Words): Promise<void> => {
    const leftOut = new LeftOut();
    try {
      await action(leftOut, ...words);
    } finally {
      leftOut.tellOthers();
    }
  };
