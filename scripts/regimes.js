#!/usr/bin/env node
// The command `regimes`. It is a file of the repository, not of the build, because npm links a command only if its file
// exists at that time: an `npx regimes` before the first build would otherwise stay "not found" after it.
import { existsSync } from 'node:fs';

const main = new URL('../dist/src/cli/main.js', import.meta.url);

if (existsSync(main)) await import(main.href);
else {
  console.error('regimes: the program has not been built yet; run `npm run build` first');
  process.exitCode = 1;
}
