import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const tests = 'test/**/*.test.{ts,tsx}';

/** Tests that replace a whole module (`vi.mock`), which other tests in the same process would see. */
const replaceModules = ['test/src/cli/machine/engines.test.ts', 'test/tui/data/ended-thread.test.ts'];

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
    alias: [
      {
        find: /^\.\.?\/.*sibling-module\.js$/,
        replacement: fileURLToPath(new URL('./test/built-sibling.ts', import.meta.url)),
      },
    ],
    projects: [
      // Loading the modules of the program anew for each file would take a fifth of the time of all tests.
      {
        extends: true,
        test: { name: 'shared', include: [tests], exclude: [...replaceModules, ...inSoftware], isolate: false },
      },
      { extends: true, test: { name: 'isolated', include: replaceModules } },
      { extends: true, test: { name: 'webgpu', include: inSoftware } },
    ],
  },
});
