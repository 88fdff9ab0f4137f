import { namesWithRole } from '../models/model.js';
import { StatisticsEstimator } from '../observe/batch-norm-recalibration.js';
import type { PassSetting, Weights } from '../observe/batch-pass.js';
import { normOf } from '../observe/compare.js';
import { type BothModes, EvaluationPass } from '../observe/evaluation-pass.js';
import { meanWeights } from '../observe/weight-average.js';

/** Loss and accuracy of weights on training and test images, and their norm. */
export interface WeightsQuality {
  readonly train: BothModes;
  readonly test: BothModes;
  /** Joint norm of the scale-invariant parameters. */
  readonly norm: number;
}

/** Several points' average, with statistics of normalisation estimated anew. */
async function averageOf(setting: PassSetting, all: readonly Weights[]): Promise<Weights> {
  const estimator = new StatisticsEstimator(setting);
  try {
    return await estimator.withStatistics(meanWeights(all));
  } finally {
    await estimator.dispose();
  }
}

/** Loss and accuracy of weights in both modes of normalisation; of several, those of their average. */
export async function evaluateWeights(setting: PassSetting, all: readonly Weights[]): Promise<WeightsQuality> {
  const weights = all.length === 1 ? all[0]! : await averageOf(setting, all);
  const { model, data } = setting;
  const evaluations = new EvaluationPass(setting);
  try {
    return {
      train: await evaluations.inBothModes(data.train, weights),
      test: await evaluations.inBothModes(data.test, weights),
      norm: normOf(namesWithRole(model, 'sphere').map((name) => weights.get(name)!.data)),
    };
  } finally {
    await evaluations.dispose();
  }
}
