import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../../deep/engine/engine.js';
import { LAST_LAYER_NORM } from '../../../deep/models/last-layer.js';
import { initialTensors, invariantGroups, namesWithRole } from '../../../deep/models/model.js';
import { resNet18 } from '../../../deep/models/resnet18.js';
import { evaluation, trainingStep } from '../../../deep/step/step.js';
import { randomSource } from '../../../src/numerics/random.js';
import { compiled, deviation, eager, runOn } from '../engine/agreement.js';
import { givenBatch, givenStep, givenWeights } from '../fixture.js';

const model = resNet18({ width: 1 });
const random = randomSource(3);
const weights = initialTensors(model, random);
const batch = {
  images: Float32Array.from({ length: 2 * 3 * 32 * 32 }, () => random.gaussian()),
  labels: Int32Array.of(3, 7),
};

const parameters = (width: number, affine: boolean): number =>
  resNet18({ width, affine })
    .tensors.filter(({ role }) => role !== 'buffer')
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);

describe('ResNet-18', () => {
  it('has 20 scale-invariant kernels in the order of PyTorch, shortcuts where the shape changes', () => {
    const blocks = (stage: number): string[] => [
      ...['conv1', 'conv2', ...(stage === 1 ? [] : ['shortcut.1'])].map((place) => `layer${stage}.0.${place}.weight`),
      ...['conv1', 'conv2'].map((place) => `layer${stage}.1.${place}.weight`),
    ];
    expect(namesWithRole(model, 'sphere')).toEqual(['conv1.weight', ...[1, 2, 3, 4].flatMap(blocks)]);
    expect(namesWithRole(model, 'free')).toEqual([]);
    expect(namesWithRole(model, 'frozen')).toEqual(['linear.weight']);
  });

  it('has as many parameters as the PyTorch network, at the usual width of 64', () => {
    expect(parameters(64, false)).toBe(11_164_352);
    expect(parameters(64, true)).toBe(11_173_056);
  });

  it('starts with a last layer of norm 10', () => {
    const last = weights.get('linear.weight')!;
    expect(Math.sqrt(last.reduce((sum, value) => sum + value * value, 0))).toBeCloseTo(LAST_LAYER_NORM, 5);
  });

  /** Deviation of the logits where these kernels are all rescaled by 3. */
  const changeByRescaling = async (...names: readonly string[]): Promise<number> => {
    const wide = resNet18({ width: 2 });
    const start = initialTensors(wide, randomSource(4));
    const scaled = new Map(start);
    for (const name of names) {
      scaled.set(
        name,
        start.get(name)!.map((value) => 3 * value),
      );
    }
    const [reference, found] = await Promise.all(
      [start, scaled].map((tensors) =>
        runOn(compiled, evaluation(wide, 'training'), [...givenWeights(wide, tensors), ...givenBatch(batch)]),
      ),
    );
    return deviation(found!.logits!.data, reference!.logits!.data);
  };

  const STREAMS = [
    ['conv1.weight', 'layer1.0.conv2.weight', 'layer1.1.conv2.weight'],
    ...[2, 3, 4].map((stage) => ['0.conv2', '0.shortcut.1', '1.conv2'].map((place) => `layer${stage}.${place}.weight`)),
  ];

  // What the epsilon of normalisation leaves is 2e-5 here; a kernel that is not invariant changes logits by 7e-2 and more.
  it('is invariant to the scale of each kernel inside a block', async () => {
    const inside = namesWithRole(model, 'sphere').filter((name) => name.includes('.conv1.'));
    expect(inside.length).toBe(8);
    for (const name of inside) expect(await changeByRescaling(name), name).toBeLessThan(1e-3);
  });

  it('is invariant to the scale of the kernels of one residual stream together, not of one of them alone', async () => {
    for (const stream of STREAMS) {
      expect(await changeByRescaling(...stream), stream.join(' ')).toBeLessThan(1e-3);
      for (const name of stream) expect(await changeByRescaling(name), name).toBeGreaterThan(0.03);
    }
  });

  it('names these streams, and the kernels inside a block, as its scale-invariant groups', () => {
    const groups = invariantGroups(model);
    expect(groups.filter(({ tensors }) => tensors.length > 1).map(({ tensors }) => tensors)).toEqual(STREAMS);
    const single = groups.filter(({ tensors }) => tensors.length === 1);
    expect(single.map(({ name }) => name)).toEqual(single.flatMap(({ tensors }) => tensors));
    expect(single.length).toBe(8);
  });

  it('takes the same step compiled and eager', async () => {
    const inputs = givenStep(model, { weights, ...batch, learningRate: 0.01, radius: 3 });
    const reference = await runOn(eager, trainingStep(model).fn, inputs);
    const found = await runOn(compiled, trainingStep(model).fn, inputs);
    expect(Object.keys(found)).toEqual(Object.keys(reference));
    for (const [name, { data, shape }] of Object.entries(reference)) {
      expect(found[name]!.shape, name).toEqual(shape);
      if (name === 'inners') continue;
      // Both in float32, rounding 6e-8, 18 layers deep.
      expect(deviation(found[name]!.data, data), name).toBeLessThan(1e-4);
    }
  });
});
