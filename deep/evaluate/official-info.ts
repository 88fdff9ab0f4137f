import { lossUnitOf } from '../../src/archive/official-name.js';
import type { NpyArray } from '../../src/system/npy.js';
import { namesWithRole } from '../models/model.js';
import type { PassSetting, Weights } from '../observe/batch-pass.js';
import { normOf } from '../observe/compare.js';
import { GradientPass } from '../observe/gradient-pass.js';
import { batchDetails } from './batch-details.js';
import { PROBABILITY_STATISTICS } from './class-probabilities.js';

/**
 * What the official `get_info` writes of weights with training-mode normalisation, in the scale-invariant parameters alone, under
 * its keys and in its units; the first dimension of every array is that of checkpoints, here one. `p_stats` is [statistic,
 * batch, label, class] behind it, and `NAME_filter_gnorm` has, in place of its dictionary of sums, means over batches.
 */
export async function officialInfo(setting: PassSetting, weights: Weights): Promise<Map<string, NpyArray>> {
  const { model, loss = 'cross-entropy' } = setting;
  const unit = lossUnitOf(loss, () => model.classes);
  const pass = new GradientPass(setting);
  const { gradient } = await pass.run(weights).finally(() => pass.dispose());
  const { batches, filters } = await batchDetails(setting, weights);
  const names = namesWithRole(model, 'sphere');
  const contents = names.map((name) => weights.get(name)!.data);
  const norm = normOf(contents);
  const { classes } = model;
  const probabilities = PROBABILITY_STATISTICS.flatMap((of) =>
    batches.flatMap((batch) => batch.probabilities[of].flat()),
  );
  const one = (value: number): NpyArray => ({ values: [value], shape: [1] });
  const sizes = contents.map(({ length }) => length);
  return new Map<string, NpyArray>([
    ['params_norm', one(norm)],
    ['params_numel', one(sizes.reduce((sum, size) => sum + size, 0))],
    ...names.flatMap((name, i): [string, NpyArray][] => [
      [`${name}_norm`, one(normOf([contents[i]!]))],
      [`${name}_numel`, one(sizes[i]!)],
    ]),
    ['gnorm_m', one(gradient.egn / norm / unit)],
    ['gm_norm', one(gradient.meanOfBatchesEgn! / norm / unit)],
    ['gs_norm', one(gradient.deviationEgn! / norm / unit)],
    ['gnorm_all', { values: batches.map(({ gradientNorm }) => gradientNorm / unit), shape: [1, batches.length] }],
    [
      'outliers_list',
      { values: batches.flatMap(({ misclassified }) => misclassified), shape: [1, batches.length, classes] },
    ],
    ['p_stats', { values: probabilities, shape: [1, PROBABILITY_STATISTICS.length, batches.length, classes, classes] }],
    ...[...filters].map(([name, norms]): [string, NpyArray] => [
      `${name}_filter_gnorm`,
      { values: norms.map((value) => value / unit), shape: [1, norms.length] },
    ]),
  ]);
}
