import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { BatchReader } from '../../../deep/data/batch-reader.js';
import type { ImageSet } from '../../../deep/data/image-set.js';
import { initialTensors } from '../../../deep/models/model.js';
import { StatisticsEstimator } from '../../../deep/observe/batch-norm-recalibration.js';
import type { PassSetting } from '../../../deep/observe/batch-pass.js';
import { EvaluationPass } from '../../../deep/observe/evaluation-pass.js';
import { GradientPass } from '../../../deep/observe/gradient-pass.js';
import { evaluation } from '../../../deep/step/step.js';
import { startTraining } from '../../../deep/training/train.js';
import { mean } from '../../../src/numerics/means.js';
import { randomSource } from '../../../src/numerics/random.js';
import { elrRate } from '../../../src/run/rate.js';
import { eager, runOn } from '../engine/agreement.js';
import { givenBatch, givenWeights } from '../fixture.js';
import { asWeights, smallSetting } from './setting.js';

const { engine, model, data, batch } = smallSetting;
const initial = initialTensors(model, randomSource(3));
const weights = asWeights(model, initial);

/** Loss and accuracy by tfjs' own kernels, batch by batch, from the logits in float64. */
async function byHand(set: ImageSet, mode: 'training' | 'evaluation') {
  const reader = new BatchReader(set, data);
  let [loss, hits] = [0, 0];
  for (let start = 0; start < set.count; start += batch) {
    const places = Array.from({ length: Math.min(batch, set.count - start) }, (_, i) => start + i);
    const read = reader.read(places);
    const inputs = [...givenWeights(model, initial), ...givenBatch(read)];
    const { logits } = await runOn(eager, evaluation(model, mode), inputs);
    for (let i = 0; i < places.length; i += 1) {
      const row = Array.from(logits!.data.subarray(10 * i, 10 * i + 10));
      loss += Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - row[read.labels[i]!]!;
      if (row.indexOf(Math.max(...row)) === read.labels[i]) hits += 1;
    }
  }
  return { loss: loss / set.count, accuracy: hits / set.count };
}

describe('passes over all images', () => {
  it('have the loss and accuracy of a loop over the batches, in both modes', async () => {
    const gradients = new GradientPass(smallSetting);
    const evaluations = new EvaluationPass(smallSetting);
    const { gradient: _, ...train } = await gradients.run(weights);
    const test = await evaluations.inBothModes(data.test, weights);
    for (const [found, set] of [
      [train, data.train],
      [test, data.test],
    ] as const) {
      for (const mode of ['training', 'evaluation'] as const) {
        const expected = await byHand(set, mode);
        // Float32 logits of size 10, through five layers.
        expect(found[mode].loss / expected.loss).toBeCloseTo(1, 5);
        expect(found[mode].accuracy).toBe(expected.accuracy);
      }
    }
    expect(await evaluations.evaluate(data.test, weights)).toEqual(test.evaluation);
    await gradients.dispose();
    await evaluations.dispose();
  });

  it('see the images without augmentation', async () => {
    const shifted = { ...data.train, augmentation: () => ({ down: 4, right: -3, mirrored: true }) };
    const pass = new GradientPass({ ...smallSetting, data: { ...data, train: shifted } });
    const plain = new GradientPass(smallSetting);
    expect(await pass.run(weights)).toEqual(await plain.run(weights));
    await pass.dispose();
    await plain.dispose();
  });

  it('take the squared loss where the run does', async () => {
    const pass = new EvaluationPass({ ...smallSetting, loss: 'squared' });
    const plain = new EvaluationPass(smallSetting);
    const [squared, usual] = [await pass.evaluate(data.test, weights), await plain.evaluate(data.test, weights)];
    expect(squared.accuracy).toBe(usual.accuracy);
    expect(squared.loss).not.toBe(usual.loss);
    await pass.dispose();
    await plain.dispose();
  });
});

describe('the eager engine', () => {
  it('finds the same numbers, and keeps no tensors', async () => {
    const setting = { ...smallSetting, engine: eager, batch: 6 };
    const look = async (engine: PassSetting) => {
      const [pass, statistics] = [new GradientPass(engine), new StatisticsEstimator(engine)];
      const evaluations = new EvaluationPass(engine);
      const found = await pass.run(weights);
      const estimated = await statistics.withStatistics(weights);
      const test = await evaluations.inBothModes(data.test, estimated);
      for (const each of [pass, statistics, evaluations]) await each.dispose();
      return [found.training, found.evaluation, found.gradient, test];
    };
    await eager.compile((inputs) => inputs, []);
    const before = tf.memory().numTensors;
    const found = numbersIn(await look(setting));
    expect(tf.memory().numTensors).toBe(before);
    const expected = numbersIn(await look({ ...setting, engine }));
    expect(found.length).toBe(16);
    // Float32 in another order, through five layers and back.
    found.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-5 * Math.max(1, Math.abs(expected[i]!)));
    });
  });
});

/** All numbers of an object, in its order. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe('gradients at fixed weights', () => {
  const start = (fullBatch: boolean) =>
    startTraining(engine, model, data, {
      rate: elrRate(1e-14),
      batch,
      seed: 3,
      order: 'sequential',
      initial,
      fullBatch,
    });

  it('have the EGN of the steps of a run that does not move', async () => {
    const training = start(false);
    const steps = [await training.step(), await training.step(), await training.step()];
    await training.dispose();
    const pass = new GradientPass(smallSetting);
    const { gradient, training: quality } = await pass.run(weights);
    await pass.dispose();
    // An ELR of 1e-14 moves weights by less than float32 can say: the same numbers but for the order of sums.
    expect(gradient.egn / mean(steps.map(({ egn }) => egn))).toBeCloseTo(1, 5);
    gradient.groups.forEach(({ name, egn }, i) => {
      expect(name).toBe(steps[0]!.groups[i]!.name);
      expect(egn / mean(steps.map(({ groups }) => groups[i]!.egn))).toBeCloseTo(1, 5);
    });
    const loss = (5 * steps[0]!.loss + 5 * steps[1]!.loss + 2 * steps[2]!.loss) / 12;
    expect(quality.loss / loss).toBeCloseTo(1, 6);
  });

  it('have a mean whose EGN is that of a step along all batches', async () => {
    const training = start(true);
    const { egn } = await training.step();
    await training.dispose();
    const pass = new GradientPass(smallSetting);
    const { gradient } = await pass.run(weights);
    await pass.dispose();
    expect(gradient.meanGradientEgn / egn).toBeCloseTo(1, 5);
    expect(gradient.meanGradientEgn).toBeLessThan(gradient.egn);
  });

  it('of one batch are their own mean', async () => {
    const pass = new GradientPass({ ...smallSetting, batch: 12 });
    const { gradient } = await pass.run(weights);
    await pass.dispose();
    expect(gradient.meanGradientEgn / gradient.egn).toBeCloseTo(1, 6);
    const squares = gradient.groups.map(({ name, egn }) => {
      const { data: values } = weights.get(name)!;
      return (egn / Math.hypot(...values)) ** 2;
    });
    const norm = Math.hypot(...gradient.groups.flatMap(({ name }) => [...weights.get(name)!.data]));
    expect((norm * Math.sqrt(squares.reduce((sum, value) => sum + value, 0))) / gradient.egn).toBeCloseTo(1, 6);
  });
});
