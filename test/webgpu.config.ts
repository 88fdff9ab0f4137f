import { defineConfig } from 'vitest/config';

/** Tests of single kernels and of whole steps, run again on another provider by webgpu.test.ts: without another build of the program. */
export default defineConfig({
  test: {
    include: ['test/deep/engine/trace/{convolution,pooling}.test.ts', 'test/deep/models/variants.test.ts'],
    testTimeout: 120_000,
    pool: 'forks',
  },
});
