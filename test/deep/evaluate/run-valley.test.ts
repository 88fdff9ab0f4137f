import { expect, it } from 'vitest';
import { measureValley } from '../../../deep/evaluate/run-valley.js';
import { initialTensors, namesWithRole } from '../../../deep/models/model.js';
import { jointNorm } from '../../../deep/models/network.js';
import { GradientPass } from '../../../deep/observe/gradient-pass.js';
import { randomSource } from '../../../src/numerics/random.js';
import { asWeights, smallSetting } from '../observe/setting.js';

const { model } = smallSetting;
const names = namesWithRole(model, 'sphere');
const [start, end] = [4, 5].map((seed) => initialTensors(model, randomSource(seed)));

/** The tensors on the sphere of another start, added with a weight to those of the first; the others are the same. */
const mixed = (own: number, other: number) =>
  new Map(
    [...start!].map(([name, values]) => [
      name,
      names.includes(name) ? values.map((value, i) => own * value + other * end!.get(name)![i]!) : values,
    ]),
  );

it('is what differences of the loss show, whatever the norms of the weights', async () => {
  const elr = 1e-3;
  const [x, bottom] = [mixed(1, 0), mixed(0.8, 0.6)];
  const found = await measureValley(smallSetting, asWeights(model, x), asWeights(model, bottom), elr);

  const pass = new GradientPass(smallSetting);
  const lossAt = async (tensors: ReadonlyMap<string, Float32Array>) =>
    (await pass.gather(asWeights(model, tensors))).training.loss;
  const { gradient } = await pass.run(asWeights(model, x));
  const [norm, endNorm] = [jointNorm(model, x), jointNorm(model, bottom)];
  // Along x - x* of unit vectors, at the norm of x: (1 + h) x - h |x| x* / |x*|, by central differences.
  const beside = (h: number) => lossAt(mixed(1 + h - 0.8 * h * (norm / endNorm), -0.6 * h * (norm / endNorm)));
  const h = 2e-4;
  const slope = ((await beside(h)) - (await beside(-h))) / (2 * h);
  const above = (await lossAt(x)) - (await lossAt(bottom));
  await pass.dispose();

  // The kinks of ReLU and pooling are felt at larger h, the rounding of float32 losses at smaller ones: each 2% or less here. What a
  // test of the slope is to find, a wrong factor, norm or sign, is far more.
  expect(found.degree / (slope / above)).toBeCloseTo(1, 1);
  const cosine = 1 - found.distance ** 2 / 2;
  expect(cosine).toBeGreaterThan(0.5);
  expect(cosine).toBeLessThan(0.99);
  // The balance from the measured slope and the mean of |g|^2, which is at least the square of the mean |g|.
  const squaredEgn = ((elr * slope) / (cosine * found.balance) + 1) ** 2 - 1;
  expect(Math.sqrt(squaredEgn) / elr / gradient.egn).toBeGreaterThan(0.99);
  expect(Math.sqrt(squaredEgn) / elr / gradient.egn).toBeLessThan(2);

  const scaled = new Map(
    [...x].map(([name, values]) => [name, names.includes(name) ? values.map((v) => 3 * v) : values]),
  );
  const again = await measureValley(smallSetting, asWeights(model, scaled), asWeights(model, bottom), elr);
  // Up to the epsilon of normalisation, 1e-5 beside variances of activations that grow by a factor of 9.
  for (const name of ['distance', 'degree', 'balance'] as const) expect(again[name] / found[name]).toBeCloseTo(1, 2);
});
