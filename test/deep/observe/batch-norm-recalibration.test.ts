import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convNet } from '../../../deep/models/convnet.js';
import { StatisticsEstimator } from '../../../deep/observe/batch-norm-recalibration.js';
import { EvaluationPass } from '../../../deep/observe/evaluation-pass.js';
import { readCheckpoint } from '../../../deep/run/read-checkpoint.js';
import { compiled, deviation } from '../engine/agreement.js';
import { fixturePath } from '../fixture.js';
import { asWeights, noisyData } from './setting.js';

interface Expected {
  readonly batch: number;
  readonly count: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly statistics: Readonly<Record<string, readonly number[]>>;
}

const expected: Expected = JSON.parse(readFileSync(fixturePath('statistics-w4/expected.json'), 'utf8'));
const { batch, count } = expected;
const model = convNet({ width: 4 });
const tensors = readCheckpoint(model, fixturePath('convnet-w4/init.safetensors'));
const setting = { engine: compiled, model, data: noisyData(count, 4), batch };

describe('re-estimated statistics', () => {
  it('are those of PyTorch over batches of unequal size, whatever they were before', async () => {
    const estimator = new StatisticsEstimator(setting);
    const spoilt = new Map(
      [...tensors].map(([name, values]) => [name, /running/.test(name) ? values.fill(7) : values]),
    );
    const found = await estimator.withStatistics(asWeights(model, spoilt));
    await estimator.dispose();
    expect([...found.keys()]).toEqual(model.tensors.map(({ name }) => name));
    for (const [name, values] of Object.entries(expected.statistics)) {
      // Float32 sums over some thousand pixels, in another order.
      expect(deviation(found.get(name)!.data, values), name).toBeLessThan(1e-5);
    }
    const evaluations = new EvaluationPass(setting);
    const { loss, accuracy } = await evaluations.evaluate(setting.data.train, found);
    await evaluations.dispose();
    expect(loss / expected.loss).toBeCloseTo(1, 5);
    expect(accuracy).toBeCloseTo(expected.accuracy, 6);
  });

  it('of one batch are those of that batch, whose evaluation is then that with its own', async () => {
    const estimator = new StatisticsEstimator({ ...setting, batch: count });
    const evaluations = new EvaluationPass({ ...setting, batch: count });
    const found = await estimator.withStatistics(asWeights(model, tensors));
    const { training, evaluation } = await evaluations.inBothModes(setting.data.train, found);
    await estimator.dispose();
    await evaluations.dispose();
    // The variance that is kept is unbiased, over 640 values or more in the last layer: by a thousandth larger.
    expect(evaluation.loss / training.loss).toBeCloseTo(1, 2);
  });
});
