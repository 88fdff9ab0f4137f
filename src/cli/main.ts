#!/usr/bin/env node
import { endWithParent, runForEngine } from './engine-process.js';
import { runCli } from './run-cli.js';

// A reader that closes the pipe early (head, less) is not a failure.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') process.stderr.write(`error: the output cannot be written (${message.split(',')[0]})\n`);
  process.exit(code === 'EPIPE' ? 0 : 1);
});

endWithParent();
const { isCutShort, code } = await runCli(process.argv.slice(2), runForEngine());
// A command that has run to its end, or printed a help text, leaves the code in process.exitCode and its output time to be written.
if (isCutShort && code !== 0) process.exit(code);
