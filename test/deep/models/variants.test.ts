import { describe, expect, it } from 'vitest';
import { randomImages } from '../../../deep/data/random-images.js';
import type { CompiledEngine } from '../../../deep/engine/compiled.js';
import { invariantGroups, namesWithRole } from '../../../deep/models/model.js';
import { createModel, type ModelOptions } from '../../../deep/models/network.js';
import { startTraining, type TrainingOptions } from '../../../deep/training/train.js';
import { elrRate } from '../../../src/run/rate.js';
import { flat, randomPoint, withOperator } from '../curvature/hessian-setting.js';
import { compiled, compiledCompact, compiledPlain, deviation, eager } from '../engine/agreement.js';

/** Networks with other normalisations and last layers, on all engines, and their second derivatives. */

const VARIANTS: readonly (readonly [title: string, ModelOptions, Partial<TrainingOptions>])[] = [
  ['layer norm', { model: 'convnet', width: 2, norm: 'layer' }, {}],
  [
    'group norm, affine',
    { model: 'convnet-affine', width: 4, norm: 'group', groups: 2 },
    { free: true, momentum: 0.9 },
  ],
  ['weight norm, affine', { model: 'convnet-affine', width: 2, norm: 'weight' }, { free: true }],
  ['weight norm', { model: 'resnet18', width: 2, norm: 'weight' }, { projection: 'filter' }],
  ['an invariant last layer', { model: 'convnet', width: 2, lastLayer: 'invariant' }, { projection: 'group' }],
  ['no norm', { model: 'convnet', width: 2, norm: 'none' }, {}],
  ['a transformer', { model: 'vit', width: 2, depth: 2 }, { loss: 'squared' }],
];

const data = randomImages(4);

/** Losses and gradient norms of the first steps. */
async function numbersOn(
  engine: CompiledEngine | typeof eager,
  network: ModelOptions,
  options: Partial<TrainingOptions>,
) {
  const model = createModel(network, data);
  const training = startTraining(engine, model, data, { rate: elrRate(1e-4), batch: 4, seed: 1, ...options });
  const numbers: number[] = [];
  for (let i = 0; i < 2; i += 1) {
    const { loss, egn, groups } = await training.step();
    numbers.push(loss, egn, ...groups.map((group) => group.egn));
  }
  await training.dispose();
  return numbers;
}

describe.each(VARIANTS)('steps with %s', (_, network, options) => {
  it('are the same in blocked and plain layouts, in few nodes and eager', async () => {
    const expected = await numbersOn(eager, network, options);
    for (const engine of [compiled, compiledPlain, compiledCompact]) {
      const found = await numbersOn(engine, network, options);
      // Rounding of float32 is 6e-8 and sums of up to 4,096 terms are added in another order.
      found.forEach((value, i) => {
        expect(Math.abs(value / expected[i]! - 1), `${engine.name}, number ${i}`).toBeLessThan(2e-5);
      });
    }
  });
});

/**
 * As the loss does not change with the scale of a group, its gradient is homogeneous of degree -1 in it: of the Hessian H and the
 * group's part w_k of the weights, H w_k is -g_k there and 0 elsewhere.
 */
describe.each([
  ['layer norm', { model: 'convnet', width: 2, norm: 'layer' }],
  ['weight norm', { model: 'convnet', width: 2, norm: 'weight' }],
  ['an invariant last layer', { model: 'convnet', width: 2, lastLayer: 'invariant' }],
  ['a transformer', { model: 'vit', width: 2, depth: 1 }],
] as const)('the Hessian with %s', (_, network) => {
  const model = createModel(network, data);
  const shape = { batch: 4, channels: 3, height: 32, width: 32 };
  const drawn = randomPoint(model, shape, 21);
  const names = namesWithRole(model, 'sphere');
  // Large against the epsilon of normalisation.
  const large = [...drawn.tensors].map(([name, values]): [string, Float32Array] => [
    name,
    names.includes(name) ? values.map((value) => 30 * value) : values,
  ]);
  const point = { ...drawn, tensors: new Map(large) };

  it('takes the weights of a group to minus its gradient', async () => {
    await withOperator({ engine: compiled, model, shape, point }, async (operator) => {
      for (const { name: title, tensors } of invariantGroups(model)) {
        const part = (vector: ReadonlyMap<string, Float32Array>, factor: number) =>
          new Map(
            names.map((name) => [
              name,
              vector.get(name)!.map((value) => (tensors.includes(name) ? factor * value : 0)),
            ]),
          );
        const { product, gradient } = await operator.apply(part(point.tensors, 1));
        // Second derivatives of float32 sums; epsilon over the variance is below 1e-7.
        expect(deviation(flat(product), flat(part(gradient, -1))), title).toBeLessThan(2e-4);
      }
    });
  });
});
