import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';
import { environmentFor, startedFor } from '../../deep/engine/installed/environment.js';
import { siblingModule } from '../system/sibling-module.js';
import type { Elsewhere } from './run-cli.js';

/** Signals that are for the command, whichever process does it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the command line of this process in another one, started for an engine, with the same terminal or pipes. */
const run: Elsewhere = (reason) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
      stdio: 'inherit',
      env: environmentFor(reason),
    });
    for (const signal of SIGNALS) {
      // What a terminal interrupts, it interrupts in both processes.
      const isHeardThere = signal === 'SIGINT' && process.stdin.isTTY;
      process.on(signal, () => isHeardThere || child.kill(signal));
    }
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });

/** The way to a process for an engine; undefined in one that was started for an engine itself. */
export const runForEngine = (): Elsewhere | undefined => (startedFor() === undefined ? run : undefined);

/** A process that was started for an engine ends with the one that started it, even where that is killed. */
export function endWithParent(): void {
  if (startedFor() !== undefined) new Worker(siblingModule(import.meta.url, 'watch-parent')).unref();
}
