import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: 'test/build.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Processes, not threads: tests change process.env, process.exitCode and the streams, and native modules are not
    // made to be loaded by several threads.
    pool: 'forks',
    // Vitest leaves one processor to itself, which is half of a machine with two.
    maxWorkers: Math.max(1, Math.min(availableParallelism(), 4)),
    alias: [
      {
        find: /^\.\.?\/.*sibling-module\.js$/,
        replacement: fileURLToPath(new URL('./test/built-sibling.ts', import.meta.url)),
      },
    ],
  },
});
