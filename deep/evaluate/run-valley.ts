import { join } from 'node:path';
import { mean } from '../../src/numerics/means.js';
import { type Valley, valleyOf } from '../../src/readings/valley.js';
import type { RecordedRun } from '../../src/run/recorded-run.js';
import { WEIGHTS_FILE } from '../../src/run/run-directory.js';
import { cores } from '../../src/system/processors.js';
import type { EngineName } from '../engine/names.js';
import { namesWithRole } from '../models/model.js';
import type { PassSetting, Weights } from '../observe/batch-pass.js';
import { innerOf } from '../observe/compare.js';
import { GradientPass } from '../observe/gradient-pass.js';
import { openExaminedRun, readWeights, withEngine } from './examined-run.js';

/**
 * Measures the valley of weights whose bottom is at others, over all batches of the training images with the statistics of their own,
 * as in training: two passes over the images. `elr` is that of the steps taken at the weights.
 */
export async function measureValley(
  setting: PassSetting,
  weights: Weights,
  bottom: Weights,
  elr: number,
): Promise<Valley> {
  const names = namesWithRole(setting.model, 'sphere');
  const pointOf = (at: Weights) => names.map((name) => at.get(name)!.data as Float32Array);
  const [x, end] = [pointOf(weights), pointOf(bottom)];
  const [norm, endNorm] = [Math.sqrt(innerOf(x, x)), Math.sqrt(innerOf(end, end))];
  const pass = new GradientPass(setting);
  try {
    const { training, squares, means } = await pass.gather(weights);
    const bottomLoss = (await pass.gather(bottom)).training.loss;
    // On the unit sphere the gradient is |x| times that at x.
    return valleyOf({
      elr,
      loss: training.loss,
      bottom: bottomLoss,
      cosine: Math.min(1, innerOf(x, end) / (norm * endNorm)),
      slope: innerOf(means, x) - (norm / endNorm) * innerOf(means, end),
      squaredEgn: norm * norm * mean(squares.map((batch) => batch.reduce((sum, square) => sum + square, 0))),
    });
  } finally {
    await pass.dispose();
  }
}

/** As `measureValley`, of the last weights of a run and of the one that annealed it. */
const runValley = (setting: PassSetting, run: string, annealed: string, elr: number): Promise<Valley> =>
  measureValley(
    setting,
    readWeights(setting, join(run, WEIGHTS_FILE)),
    readWeights(setting, join(annealed, WEIGHTS_FILE)),
    elr,
  );

/** The same of runs as read from disk, with the engine that trained them. */
export async function valleyOfRuns(before: RecordedRun, after: RecordedRun): Promise<Valley> {
  const { manifest, directory, steps } = before;
  const setting = await withEngine(openExaminedRun(manifest), manifest.configuration.engine as EngineName, cores());
  return runValley(setting, directory, after.directory, steps.columns.elr.at(-1)!);
}
