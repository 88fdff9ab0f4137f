import { describe, expect, it } from 'vitest';
import { firstImages } from '../../../deep/data/image-set.js';
import { openData } from '../../../deep/data/open.js';
import { convNet } from '../../../deep/models/convnet.js';
import { jointNorm } from '../../../deep/models/network.js';
import { startTraining, type TrainingStep } from '../../../deep/training/train.js';
import { elrRate } from '../../../src/run/rate.js';
import { runResiduals } from '../../../src/sphere/identities.js';
import { compiled } from '../engine/agreement.js';

const data = openData('fashion-mnist', { trainImages: 64 });
const model = convNet({ width: 2 });

async function train(elr: number, steps: number, seed = 1) {
  const training = startTraining(compiled, model, data, { rate: elrRate(elr), batch: 16, seed });
  const taken: TrainingStep[] = [];
  for (let i = 0; i < steps; i += 1) taken.push(await training.step());
  const weights = await training.weights();
  await training.dispose();
  return { taken, weights, initial: training.initial };
}

describe('training', () => {
  // Angles and shares from sums in float32 (rounding 6e-8) of up to some thousand terms; an angle of a radian or more is
  // known to a few of these.
  it.each([1e-5, 1e-3, 1e-1, 1])('keeps K1 and K3 to float32 rounding and K2 to float64 at ELR %d', async (elr) => {
    const { taken } = await train(elr, 24);
    const residuals = runResiduals(taken).kinematics;
    expect(residuals.K1).toBeLessThan(2e-6);
    expect(residuals.K2).toBeLessThan(1e-12);
    expect(residuals.K3).toBeLessThan(2e-6);
  });

  it('needs the measured cosine for that: the gradient of a network with epsilon is not quite orthogonal', async () => {
    const { taken } = await train(1, 24);
    const { radial, identities } = runResiduals(taken);
    expect(radial).toBeGreaterThan(1e-3);
    expect(identities.K1).toBeGreaterThan(1e-4);
  });

  it('stays on the sphere and moves nothing but what it should', async () => {
    const { taken, weights, initial } = await train(1e-2, 6);
    const radius = jointNorm(model, initial);
    for (const { norm, elr, step } of taken) {
      expect(norm / radius, `step ${step}`).toBeCloseTo(1, 6);
      expect(elr / 1e-2).toBeCloseTo(1, 6);
    }
    expect(weights.get('linear_layers.2.weight')!.data).toEqual(initial.get('linear_layers.2.weight'));
    expect(weights.get('linear_layers.2.bias')!.data).toEqual(initial.get('linear_layers.2.bias'));
    expect(weights.get('conv_layers.1.running_mean')!.data).not.toEqual(initial.get('conv_layers.1.running_mean'));
    expect(taken.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('repeats itself bit for bit with the same seed', async () => {
    const [first, again, other] = [await train(1e-2, 5), await train(1e-2, 5), await train(1e-2, 5, 2)];
    expect(again.taken).toEqual(first.taken);
    expect(again.weights).toEqual(first.weights);
    expect(other.taken[0]!.loss).not.toBe(first.taken[0]!.loss);
  });

  it('learns: the loss of 16 images falls by half at a small ELR', async () => {
    const one = { ...data, train: firstImages(data.train, 16) };
    const training = startTraining(compiled, model, one, { rate: elrRate(1e-3), batch: 16, seed: 1 });
    const losses: number[] = [];
    for (let i = 0; i < 40; i += 1) losses.push((await training.step()).loss);
    await training.dispose();
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
  });

  it('takes a last batch that is smaller', async () => {
    const training = startTraining(
      compiled,
      model,
      { ...data, train: firstImages(data.train, 20) },
      { rate: elrRate(1e-3), batch: 16, seed: 1 },
    );
    const accuracies: number[] = [];
    for (let i = 0; i < 4; i += 1) accuracies.push((await training.step()).accuracy);
    await training.dispose();
    // Accuracies count in sixteenths and, of the four that are left, in quarters.
    for (const [i, accuracy] of accuracies.entries())
      expect(Number.isInteger(accuracy * (i % 2 === 0 ? 16 : 4))).toBe(true);
  });
});
