import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { expect } from 'vitest';
import { program } from '../src/cli/program.js';
import { UsageError } from '../src/system/usage-error.js';

/** The program as built, which the tests' set-up has done. */
export const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line as its own process. */
export const regimes = (...words: string[]): Promise<Result> => regimesWith({}, ...words);

/** The same with other environment variables. */
export const regimesWith = (environment: NodeJS.ProcessEnv, ...words: string[]): Promise<Result> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    execFile(process.execPath, [MAIN, ...words], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });

/** The same, left running. */
export const startRegimes = (...words: string[]): ChildProcess =>
  spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });

/** The one line of JSON that a command prints with --json. */
export async function json(...words: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await regimes(...words, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.endsWith('\n') && out.trim().split('\n').length).toBe(1);
  return JSON.parse(out);
}

export function expectOneLineError({ code, out, err }: Result, expected: RegExp): void {
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(/^error: [^\n]+\n$/) });
  expect(err).toMatch(expected);
}

/**
 * What main.ts makes of bad input, without a process of its own (a second each): commander has printed its line, a
 * UsageError is printed as one. A few tests go through the process.
 */
export async function refused(...words: string[]): Promise<Result> {
  const written = { out: '', err: '' };
  const { stdout, stderr } = process;
  const writers = [stdout.write, stderr.write] as const;
  stdout.write = (text: string | Uint8Array) => {
    written.out += text;
    return true;
  };
  stderr.write = (text: string | Uint8Array) => {
    written.err += text;
    return true;
  };
  try {
    await program().parseAsync(words, { from: 'user' });
    return { code: 0, ...written };
  } catch (error) {
    if (error instanceof UsageError)
      return { code: 2, out: written.out, err: `${written.err}error: ${error.message}\n` };
    if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, ...written };
    throw error;
  } finally {
    [stdout.write, stderr.write] = writers;
  }
}

/** A folder of its own for a test file; `remove` it when done. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'regimes-test-'));
  return { path: (...names: string[]) => join(path, ...names), remove: () => rmSync(path, { recursive: true }) };
}
