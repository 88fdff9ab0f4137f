#!/usr/bin/env node
import { CommanderError } from 'commander';
import { UsageError } from '../system/usage-error.js';
import { program } from './program.js';

/** One line on stderr and the exit code: 2 for bad input, 1 for a failure at run time. */
function fail(error: unknown): never {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${message.split('\n')[0]}\n`);
  if (process.env.REGIMES_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

// A reader that closes the pipe early (head, less) is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await program().parseAsync();
} catch (error) {
  fail(error);
}
