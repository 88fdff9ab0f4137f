import { defineConfig } from 'vitest/config';

/** Tests of single kernels, run again on another provider by webgpu.test.ts: without another build of the program. */
export default defineConfig({
  test: { include: ['test/deep/engine/trace/{convolution,pooling}.test.ts'], testTimeout: 60_000, pool: 'forks' },
});
