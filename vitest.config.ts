import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { builtModules } from './test/built-modules.js';

const tests = 'test/**/*.test.{ts,tsx}';

/** Tests that start programs and wait for them: terminals, kills, browsers, sweeps that are interrupted. */
const processes = 'test/**/*.process.test.ts';

/** They wait for what other processes do, however long a busy machine takes: only one that hangs is ended. */
const PATIENCE = { testTimeout: 300_000, hookTimeout: 300_000 };

/** Tests that replace a whole module (`vi.mock`), which other tests in the same process would see. */
const replaceModules = ['test/src/cli/machine/engines.test.ts', 'test/tui/data/ended-thread.test.ts'];

/**
 * The other tests import the program as built; a module of which one can be replaced has to be loaded from its source.
 * Workers run as built even so, since a new process or thread of Node 20 does not load TypeScript.
 */
const builtWorkers = {
  find: /^\.\.?\/.*sibling-module\.js$/,
  replacement: fileURLToPath(new URL('./test/built-sibling.ts', import.meta.url)),
};

/** Tests of a GPU's provider on Vulkan in software, which takes a processor per test for minutes: `npm run test:webgpu`. */
const inSoftware = ['test/deep/engine/webgpu.test.ts'];

export default defineConfig({
  test: {
    globalSetup: 'test/build.ts',
    setupFiles: 'test/process-state.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Processes, not threads: tests change process.env, process.exitCode and the streams, and native modules are not
    // made to be loaded by several threads.
    pool: 'forks',
    // Vitest leaves one processor to itself, which is half of a machine with two.
    maxWorkers: Math.max(1, Math.min(availableParallelism(), 4)),
    projects: [
      // Loading the modules anew for each file would take a fifth of the time of all tests.
      {
        extends: true,
        plugins: [builtModules()],
        test: {
          name: 'shared',
          include: [tests],
          exclude: [processes, ...replaceModules, ...inSoftware],
          isolate: false,
        },
      },
      {
        extends: true,
        plugins: [builtModules()],
        test: { name: 'processes', include: [processes], isolate: false, ...PATIENCE },
      },
      { extends: true, test: { name: 'isolated', include: replaceModules, alias: [builtWorkers], ...PATIENCE } },
      { extends: true, plugins: [builtModules()], test: { name: 'webgpu', include: inSoftware } },
    ],
  },
});
