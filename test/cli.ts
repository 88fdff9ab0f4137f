import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Result, runInProcess } from '../bench/in-process.js';

/** The program as built, which the tests' set-up has done. */
export const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));

export type { Result } from '../bench/in-process.js';

/** One call after another: what a command prints and its exit code belong to the process, not to the call. */
let lastCall: Promise<unknown> = Promise.resolve();

/** The command line in this process: main.ts without the start of a process (half a second to a second each). */
export const regimes = (...words: string[]): Promise<Result> => regimesWith({}, ...words);

/** The same with other environment variables, of those that are read when a command runs. */
export function regimesWith(environment: NodeJS.ProcessEnv, ...words: string[]): Promise<Result> {
  const call = lastCall.then(() => runInProcess(environment, words));
  lastCall = call.catch(() => {});
  return call;
}

/** Of a command line that is expected to be refused; the name says so in a test. */
export const refused = regimes;

/** The command line as its own process, with these environment variables besides: for what only a process shows. */
export const regimesProcess = (environment: NodeJS.ProcessEnv, ...words: string[]): Promise<Result> =>
  run(environment, process.execPath, [MAIN, ...words]);

/**
 * The same where no file may become larger than so many KiB, which stands in for a full disk: the system takes a part of
 * what is written, then refuses.
 */
export const regimesWithFileLimit = (kibibytes: number, environment: NodeJS.ProcessEnv, ...words: string[]) =>
  run(environment, 'bash', ['-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash', process.execPath, MAIN, ...words]);

const run = (environment: NodeJS.ProcessEnv, file: string, words: readonly string[]): Promise<Result> =>
  new Promise((resolve) => {
    execFile(file, words, { env: { ...process.env, ...environment } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });

/** The command line as a process that is left running. */
export const startRegimes = (...words: string[]): ChildProcess =>
  spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });

/** The one line of JSON that a command prints with --json. */
export async function json(...words: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await regimes(...words, '--json');
  // A slow machine has lines of progress.
  expect({ code, err: err.replaceAll(/^\[[#.]+\] .*\n/gm, '') }).toEqual({ code: 0, err: '' });
  expect(out.endsWith('\n') && out.trim().split('\n').length).toBe(1);
  return JSON.parse(out);
}

export function expectOneLineError({ code, out, err }: Result, expected: RegExp): void {
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(/^error: [^\n]+\n$/) });
  expect(err).toMatch(expected);
}

/** A folder of its own for a test file; `remove` it when done. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'regimes-test-'));
  return { path: (...names: string[]) => join(path, ...names), remove: () => rmSync(path, { recursive: true }) };
}
