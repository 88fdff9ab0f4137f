import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convNet } from '../../../deep/models/convnet.js';
import { GradientPass } from '../../../deep/observe/gradient-pass.js';
import { readCheckpoint } from '../../../deep/run/read-checkpoint.js';
import { compiled } from '../engine/agreement.js';
import { fixturePath } from '../fixture.js';
import { asWeights, noisyData } from './setting.js';

interface Expected {
  readonly batch: number;
  readonly count: number;
  readonly norm: number;
  readonly gnorm_m: number;
  readonly gm_norm: number;
  readonly gs_norm: number;
}

/** PyTorch in float64, from the gradients of all batches side by side (test/fixtures/batch_gradients.py). */
const expected: Expected = JSON.parse(readFileSync(fixturePath('batch-gradients-w4/expected.json'), 'utf8'));
const { count } = expected;
const model = convNet({ width: 4 });
const weights = asWeights(model, readCheckpoint(model, fixturePath('convnet-w4/init.safetensors')));

async function gradientOf(batch: number) {
  const pass = new GradientPass({ engine: compiled, model, data: noisyData(count, 4), batch });
  const { gradient } = await pass.run(weights);
  await pass.dispose();
  const { meanOfBatchesEgn = 0, deviationEgn = 0 } = gradient;
  return { ...gradient, meanOfBatchesEgn, deviationEgn };
}

describe('mean and standard deviation of the gradients of batches', () => {
  // Float32 in sums of up to 16,384 terms, through five layers and back.
  it('are those of PyTorch, with a smaller last batch', async () => {
    const { egn, meanOfBatchesEgn, deviationEgn, meanGradientEgn } = await gradientOf(expected.batch);
    expect(Math.abs(egn / expected.norm / expected.gnorm_m - 1)).toBeLessThan(1e-5);
    expect(Math.abs(meanOfBatchesEgn / expected.norm / expected.gm_norm - 1)).toBeLessThan(1e-5);
    expect(Math.abs(deviationEgn / expected.norm / expected.gs_norm - 1)).toBeLessThan(1e-5);
    // By images the last batch, of 8 in place of 16, counts for half.
    expect(Math.abs(meanGradientEgn / meanOfBatchesEgn - 1)).toBeGreaterThan(0.01);
  });

  it('of batches of equal size: the mean is that by images', async () => {
    const { meanOfBatchesEgn, meanGradientEgn, egn, deviationEgn } = await gradientOf(count / 2);
    expect(meanOfBatchesEgn).toBe(meanGradientEgn);
    // Of two batches: |g_1 - g_2|^2 / 2 = (|g_1|^2 + |g_2|^2) - 2 |mean|^2, at least 2 (egn^2 - mean^2), by convexity.
    expect(deviationEgn ** 2).toBeGreaterThan(2 * (egn ** 2 - meanGradientEgn ** 2) * (1 - 1e-5));
  });

  it('of one batch: no deviation', async () => {
    expect((await gradientOf(count)).deviationEgn).toBeNaN();
  });
});
