import { describe, expect, it } from 'vitest';
import { convNet } from '../../../deep/models/convnet.js';
import { initialTensors, type Model, namesWithRole } from '../../../deep/models/model.js';
import { resNet18 } from '../../../deep/models/resnet18.js';
import { evaluation } from '../../../deep/step/step.js';
import { randomSource } from '../../../src/numerics/random.js';
import { compiled, runOn } from '../engine/agreement.js';
import { givenBatch, givenWeights } from '../fixture.js';

const MODELS = [
  { make: convNet, linear: ['linear_layers.2.weight', 'linear_layers.2.bias'], normalisations: 4 },
  { make: resNet18, linear: ['linear.weight'], normalisations: 20 },
];

describe.each(MODELS)('the affine variant of $make.name', ({ make, linear, normalisations }) => {
  const [plain, affine] = [make({ width: 2 }), make({ width: 2, affine: true })];

  it('has the same scale-invariant parameters and buffers', () => {
    for (const role of ['sphere', 'buffer'] as const) {
      expect(namesWithRole(affine, role)).toEqual(namesWithRole(plain, role));
    }
    expect(affine.name).toBe(`${plain.name}-affine`);
  });

  it('trains a weight and a bias of each normalisation and the linear layer', () => {
    const places = namesWithRole(affine, 'buffer')
      .filter((name) => name.endsWith('running_mean'))
      .map((name) => name.replace('.running_mean', ''));
    expect(places.length).toBe(normalisations);
    const expected = [...places.flatMap((place) => [`${place}.weight`, `${place}.bias`]), ...linear];
    expect(namesWithRole(affine, 'free')).toEqual(expected);
    expect(namesWithRole(affine, 'frozen')).toEqual([]);
    expect(namesWithRole(plain, 'frozen')).toEqual(linear);
  });

  it('starts as the identity, with a linear layer as drawn: uniform within 1 / sqrt(inputs)', () => {
    const tensors = initialTensors(affine, randomSource(1));
    const filledWith = (value: number) => (name: string) => tensors.get(name)!.every((v) => v === value);
    const free = namesWithRole(affine, 'free').filter((name) => !linear.includes(name));
    expect(free.filter((name) => name.endsWith('weight')).every(filledWith(1))).toBe(true);
    expect(free.filter((name) => name.endsWith('bias')).every(filledWith(0))).toBe(true);
    const largest = Math.max(...tensors.get(linear[0]!)!.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(1 / 4);
    expect(largest).toBeGreaterThan(0.9 / 4);
  });

  it('with the identity does what the plain network does', async () => {
    const random = randomSource(2);
    const tensors = initialTensors(affine, random);
    const batch = {
      images: Float32Array.from({ length: 2 * 3 * 32 * 32 }, () => random.gaussian()),
      labels: Int32Array.of(0, 1),
    };
    const logitsOf = async (model: Model) => {
      const inputs = [...givenWeights(model, tensors), ...givenBatch(batch)];
      return Array.from((await runOn(compiled, evaluation(model, 'training'), inputs)).logits!.data);
    };
    const [expected, found] = [await logitsOf(plain), await logitsOf(affine)];
    expected.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 5);
    });
  });
});
