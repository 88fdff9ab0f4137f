import { spawn } from 'node:child_process';
import { UsageError } from '../../../src/system/usage-error.js';

/** What a program said and how it ended. */
export interface ProgramEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where a program runs. */
export interface ProgramOptions {
  readonly directory?: string;
  /** Variables besides those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. Throws a UsageError with `advice` where there is no such program. */
export function runProgram(
  [file, ...words]: readonly [string, ...string[]],
  advice: string,
  { directory, environment = {} }: ProgramOptions = {},
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      ...(directory === undefined ? {} : { cwd: directory }),
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', ({ message }: NodeJS.ErrnoException) =>
      reject(new UsageError(`${file} cannot be run (${message}): ${advice}`)),
    );
    child.on('close', (code, signal) => {
      if (signal === null) resolve({ code: code ?? 1, out, err });
      else reject(new Error(`${file} was ended by ${signal}; the same command goes on`));
    });
  });
}
