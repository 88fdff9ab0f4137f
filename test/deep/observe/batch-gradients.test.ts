import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classProbabilities, softmax } from '../../../deep/evaluate/class-probabilities.js';
import { officialInfo } from '../../../deep/evaluate/official-info.js';
import { convNet } from '../../../deep/models/convnet.js';
import { GradientPass } from '../../../deep/observe/gradient-pass.js';
import { readCheckpoint } from '../../../deep/run/read-checkpoint.js';
import { compiled, deviation } from '../engine/agreement.js';
import { fixturePath } from '../fixture.js';
import { asWeights, noisyData } from './setting.js';

interface Expected {
  readonly batch: number;
  readonly count: number;
  readonly norm: number;
  readonly gnorm_m: number;
  readonly gm_norm: number;
  readonly gs_norm: number;
  readonly params_numel: number;
  readonly gnorm_all: readonly number[];
  readonly outliers_list: readonly (readonly number[])[];
  readonly p_stats: Tables;
  readonly filters: Readonly<Record<string, readonly number[]>>;
}

type Tables = readonly (readonly (readonly (readonly (number | null)[])[])[])[];

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

describe('what the official get_info measures batch by batch', () => {
  const setting = { engine: compiled, model, data: noisyData(count, 4), batch: expected.batch };

  it('is what PyTorch measures: norms of gradients, by filter too, misclassified images, class probabilities', async () => {
    const info = await officialInfo(setting, weights);
    const values = (name: string): readonly number[] => info.get(name)!.values;
    for (const name of ['gnorm_m', 'gm_norm', 'gs_norm', 'params_numel'] as const)
      expect(Math.abs(values(name)[0]! / expected[name] - 1), name).toBeLessThan(1e-5);
    expect(deviation(values('gnorm_all'), expected.gnorm_all)).toBeLessThan(1e-5);
    expect(info.get('outliers_list')).toEqual({ values: expected.outliers_list.flat(), shape: [1, 3, 10] });
    for (const [name, norms] of Object.entries(expected.filters))
      expect(deviation(values(`${name}_filter_gnorm`), norms), name).toBeLessThan(1e-5);
    expect(info.get('p_stats')!.shape).toEqual([1, 5, 3, 10, 10]);
    const found = values('p_stats');
    const table = expected.p_stats.flat(3);
    // The last batch lacks two labels of ten.
    expect(table.filter((value) => value === null).length).toBe(5 * 2 * 10);
    // Probabilities of float32 logits of size 10: absolute errors of their size.
    table.forEach((value, i) => {
      if (value === null) expect(found[i]).toBeNaN();
      else expect(Math.abs(found[i]! - value)).toBeLessThan(1e-5);
    });
  });

  it('of the squared loss is in the official unit: a tenth of ours with ten classes', async () => {
    const info = await officialInfo({ ...setting, loss: 'squared' }, weights);
    const pass = new GradientPass({ ...setting, loss: 'squared' });
    const { gradient } = await pass.run(weights);
    await pass.dispose();
    const [ours, theirs] = [gradient.egn / info.get('params_norm')!.values[0]!, info.get('gnorm_m')!.values[0]!];
    expect(ours / theirs).toBeCloseTo(10, 10);
    // The mean of the norms of all batches, by another program.
    const all = info.get('gnorm_all')!.values;
    expect(Math.abs(all.reduce((sum, norm) => sum + norm, 0) / 3 / theirs - 1)).toBeLessThan(1e-5);
  });
});

it('statistics of probabilities by hand: two images of label 0, none of label 1', () => {
  const found = classProbabilities(
    [
      [0.25, 0.75],
      [0.75, 0.25],
    ],
    [0, 0],
    2,
  );
  const none = [Number.NaN, Number.NaN];
  expect(found).toEqual({
    mean: [[0.5, 0.5], none],
    std: [[0.25, 0.25], none],
    min: [[0.25, 0.25], none],
    max: [[0.75, 0.75], none],
    median: [[0.5, 0.5], none],
  });
  expect(softmax([1000, 1000 + Math.log(3)])).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.75, 12)]);
});
