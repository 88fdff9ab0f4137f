import { join } from 'node:path';
import type { EndsInBatches } from '../../src/experiments/temperature.js';
import { mean } from '../../src/numerics/means.js';
import type { RecordedRun } from '../../src/run/recorded-run.js';
import { WEIGHTS_FILE } from '../../src/run/run-directory.js';
import { cores } from '../../src/system/processors.js';
import type { EngineName } from '../engine/names.js';
import { namesWithRole } from '../models/model.js';
import type { PassSetting, Weights } from '../observe/batch-pass.js';
import { innerOf, normOf } from '../observe/compare.js';
import { EvaluationPass } from '../observe/evaluation-pass.js';
import { GradientPass } from '../observe/gradient-pass.js';
import { openExaminedRun, readWeights, withEngine } from './examined-run.js';

/** The loss of all training images in batches of the setting's size, normalised by their own statistics as in training. */
async function trainingLoss(setting: PassSetting, weights: Weights): Promise<number> {
  const pass = new EvaluationPass(setting);
  try {
    return (await pass.inBothModes(setting.data.train, weights)).training.loss;
  } finally {
    await pass.dispose();
  }
}

/**
 * Signal share of independent batches and the trace of the covariance of one image's gradient, on the unit sphere, with the loss: from
 * all whole batches of the images. Those are drawn without replacement, so that the variance between them is (n - b)/(n - 1) of that
 * of independent ones. NaN where there is no batch but that of all images.
 */
export async function measureSignal(
  setting: PassSetting,
  weights: Weights,
): Promise<{ readonly loss: number; readonly signal: number; readonly noise: number }> {
  const pass = new GradientPass(setting);
  try {
    const { training, squares, means } = await pass.gather(weights);
    const { batch, data, model } = setting;
    const { count } = data.train;
    const whole = squares.slice(0, Math.floor(count / batch));
    const between = mean(whole.map((each) => each.reduce((sum, square) => sum + square, 0))) - innerOf(means, means);
    const independent = (between * (count - 1)) / (count - batch);
    const scale = normOf(namesWithRole(model, 'sphere').map((name) => weights.get(name)!.data)) ** 2;
    return {
      loss: training.loss,
      signal: innerOf(means, means) / (innerOf(means, means) + independent),
      noise: scale * batch * independent,
    };
  } finally {
    await pass.dispose();
  }
}

/** Measures the ends of a run and of the one that annealed it, in batches of their own and of a common size: three passes over the images. */
export async function endsInBatches(before: RecordedRun, after: RecordedRun, batch: number): Promise<EndsInBatches> {
  const { manifest, directory } = before;
  const own = await withEngine(openExaminedRun(manifest), manifest.configuration.engine as EngineName, cores());
  const common = { ...own, batch };
  const last = readWeights(own, join(directory, WEIGHTS_FILE));
  const { loss, signal, noise } = await measureSignal(own, last);
  return {
    lossRatio: (await trainingLoss(common, last)) / loss,
    bottom: await trainingLoss(common, readWeights(own, join(after.directory, WEIGHTS_FILE))),
    signal,
    noise,
  };
}
