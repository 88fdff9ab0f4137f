import { describe, expect, it } from 'vitest';
import { randomImages } from '../../../deep/data/random-images.js';
import { initialTensors, namesWithRole } from '../../../deep/models/model.js';
import { createModel, tensorsFromCheckpoint } from '../../../deep/models/network.js';
import { evaluation, trainingStep } from '../../../deep/step/step.js';
import { randomSource } from '../../../src/numerics/random.js';
import { compiled, deviation, runOn } from '../engine/agreement.js';
import { givenBatch, givenStep, givenWeights, openFixture } from '../fixture.js';

const data = randomImages(2);

describe('weight normalisation', () => {
  const model = createModel({ model: 'convnet', width: 2, norm: 'weight' }, data);
  const weights = initialTensors(model, randomSource(3));

  it('has PyTorch names, norms of sqrt(2) that are never trained, and no buffers', () => {
    expect(namesWithRole(model, 'sphere').every((name) => name.endsWith('weight_v'))).toBe(true);
    expect(namesWithRole(model, 'free', 'buffer')).toEqual([]);
    for (const name of namesWithRole(model, 'frozen').filter((name) => name.endsWith('weight_g')))
      expect(weights.get(name)!.every((norm) => norm === Math.fround(Math.SQRT2))).toBe(true);
  });

  it('is invariant to the scale of every single filter, to rounding', async () => {
    const scaled = new Map(weights);
    for (const name of namesWithRole(model, 'sphere')) {
      const values = weights.get(name)!;
      const { shape } = model.tensors.find((tensor) => tensor.name === name)!;
      const size = values.length / shape[0]!;
      // A factor for each filter.
      scaled.set(
        name,
        values.map((value, i) => value * (1 + Math.floor(i / size))),
      );
    }
    const images = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => Math.sin(i));
    const logits = async (tensors: ReadonlyMap<string, Float32Array>) => {
      const given = [...givenWeights(model, tensors), ...givenBatch({ images, labels: Int32Array.of(0, 1) })];
      return (await runOn(compiled, evaluation(model, 'evaluation'), given)).logits!.data;
    };
    // Float32, five layers deep; no epsilon.
    expect(deviation(await logits(scaled), await logits(weights))).toBeLessThan(2e-6);
  });

  it('stays finite where a filter has lost all of its norm', async () => {
    const lost = new Map(weights);
    lost.set(
      'conv_layers.0.weight_v',
      weights.get('conv_layers.0.weight_v')!.map((value, i) => (i < 27 ? 1e-25 * value : value)),
    );
    const batch = { images: new Float32Array(2 * 3 * 32 * 32).fill(0.5), labels: Int32Array.of(0, 1) };
    const given = givenStep(model, { weights: lost, ...batch, learningRate: 1e-3, radius: 1 });
    const found = await runOn(compiled, trainingStep(model).fn, given);
    expect(Object.values(found).every(({ data }) => Array.from(data).every(Number.isFinite))).toBe(true);
  });

  it('reads the names that state dicts of PyTorch have today', () => {
    const fixture = openFixture('convnet-affine-w2-weight-norm');
    const affine = createModel({ model: 'convnet-affine', width: 2, norm: 'weight' }, data);
    const expected = fixture.initialWeights(affine);
    const renamed = affine.tensors.map(({ name, shape }) => {
      const today = name.replace('weight_g', 'parametrizations.weight.original0');
      return [
        today.replace('weight_v', 'parametrizations.weight.original1'),
        { shape: [...shape], data: expected.get(name)! },
      ] as const;
    });
    expect(tensorsFromCheckpoint(affine, new Map(renamed), 'x')).toEqual(expected);
  });
});
