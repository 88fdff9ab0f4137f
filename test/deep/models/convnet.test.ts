import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../../deep/engine/engine.js';
import { convNet } from '../../../deep/models/convnet.js';
import { LAST_LAYER_NORM } from '../../../deep/models/last-layer.js';
import { initialTensors, namesWithRole } from '../../../deep/models/model.js';
import { evaluation, trainingStep } from '../../../deep/step/step.js';
import { randomSource } from '../../../src/numerics/random.js';
import { compiled, deviation, runOn } from '../engine/agreement.js';
import { givenBatch, givenStep, givenWeights } from '../fixture.js';

const model = convNet({ width: 2 });
const random = randomSource(3);
const weights = initialTensors(model, random);
const batch = {
  images: Float32Array.from({ length: 8 * 3 * 32 * 32 }, () => random.gaussian()),
  labels: Int32Array.from({ length: 8 }, (_, i) => i),
};

const scaled = (name: string, factor: number) =>
  new Map([...weights].map(([key, values]) => [key, key === name ? values.map((value) => value * factor) : values]));

const evaluate = async (tensors: ReadonlyMap<string, Float32Array>) => {
  const inputs = [...givenWeights(model, tensors), ...givenBatch(batch)];
  const { loss, logits } = await runOn(compiled, evaluation(model, 'training'), inputs);
  return { loss: loss!.data[0]!, logits: logits!.data };
};

describe('the ConvNet', () => {
  it('has the names, shapes and parameter count of the PyTorch network', () => {
    const shapes = Object.fromEntries(convNet({ width: 4 }).tensors.map(({ name, shape }) => [name, shape]));
    expect(shapes).toMatchObject({
      'conv_layers.0.weight': [4, 3, 3, 3],
      'conv_layers.3.weight': [8, 4, 3, 3],
      'conv_layers.7.weight': [16, 8, 3, 3],
      'conv_layers.11.weight': [32, 16, 3, 3],
      'conv_layers.12.running_var': [32],
      'linear_layers.2.weight': [10, 32],
      'linear_layers.2.bias': [10],
    });
    expect(Object.keys(shapes).length).toBe(14);
    expect(namesWithRole(convNet({ width: 4 }), 'sphere').map((name) => sizeOf(shapes[name]!))).toEqual([
      108, 288, 1152, 4608,
    ]);
  });

  // Stages of 1, 0, 0 blocks; 1, 1, 0; 2, 1, 1; 2, 2, 1; 2, 2, 2. A place for each convolution, normalisation, ReLU, pooling.
  it.each<[number, Record<string, number[]>, number]>([
    [1, { 0: [2, 3], 3: [4, 2] }, 4],
    [2, { 0: [2, 3], 3: [4, 2], 7: [8, 4] }, 8],
    [4, { 0: [2, 3], 3: [2, 2], 6: [4, 2], 10: [8, 4], 14: [16, 8] }, 16],
    [5, { 0: [2, 3], 3: [2, 2], 6: [4, 2], 10: [4, 4], 13: [8, 4], 17: [16, 8] }, 16],
    [6, { 0: [2, 3], 3: [2, 2], 6: [4, 2], 10: [4, 4], 13: [8, 4], 17: [8, 8], 20: [16, 8] }, 16],
  ])('of depth %i has the names and shapes of the PyTorch network', (depth, kernels, features) => {
    const { tensors } = convNet({ width: 2, depth });
    const shapes = Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]));
    const expected: Record<string, number[]> = {
      'linear_layers.2.weight': [10, features],
      'linear_layers.2.bias': [10],
    };
    for (const [place, shape] of Object.entries(kernels)) {
      expected[`conv_layers.${place}.weight`] = [...shape, 3, 3];
      for (const statistic of ['running_mean', 'running_var'])
        expected[`conv_layers.${Number(place) + 1}.${statistic}`] = [shape[0]!];
    }
    expect(shapes).toEqual(expected);
    const spheres = tensors.filter(({ role }) => role === 'sphere').map(({ name }) => name);
    expect(spheres).toEqual(Object.keys(kernels).map((place) => `conv_layers.${place}.weight`));
  });

  it.each([1, 2, 4])('of depth %i is invariant to the scale of each kernel', async (depth) => {
    const network = convNet({ width: 2, depth });
    const drawn = initialTensors(network, randomSource(5));
    const logitsOf = async (tensors: ReadonlyMap<string, Float32Array>) => {
      const inputs = [...givenWeights(network, tensors), ...givenBatch(batch)];
      return (await runOn(compiled, evaluation(network, 'training'), inputs)).logits!.data;
    };
    const [before, names] = [await logitsOf(drawn), namesWithRole(network, 'sphere')];
    // A factor each; epsilon as above.
    const scaledAll = names.map((name, i): [string, Float32Array] => [name, drawn.get(name)!.map((v) => v * (i + 2))]);
    expect(deviation(await logitsOf(new Map([...drawn, ...scaledAll])), before)).toBeLessThan(1e-3);
  });

  it('starts as PyTorch does: uniform within 1 / sqrt(fan-in), the last layer of norm 10', () => {
    const wide = convNet({ width: 16 });
    const tensors = initialTensors(wide, randomSource(1));
    const kernel = tensors.get('conv_layers.11.weight')!;
    const bound = 1 / Math.sqrt(64 * 9);
    expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(bound);
    const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
    // Of 73,728 uniform draws; the standard error of the ratio is sqrt(4/5 / 73,728) = 0.0033.
    expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(0.013);
    const last = tensors.get('linear_layers.2.weight')!;
    expect(Math.sqrt(last.reduce((sum, value) => sum + value * value, 0))).toBeCloseTo(LAST_LAYER_NORM, 5);
    expect([...new Set(tensors.get('conv_layers.1.running_var'))]).toEqual([1]);
    expect([...new Set(tensors.get('conv_layers.1.running_mean'))]).toEqual([0]);
  });

  it('is the same for the same seed, and another for another', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => initialTensors(model, randomSource(seed)));
    expect(again).toEqual(first);
    expect(other!.get('conv_layers.0.weight')).not.toEqual(first!.get('conv_layers.0.weight'));
  });

  it.each(namesWithRole(model, 'sphere'))('hardly changes when %s alone is doubled or halved', async (name) => {
    const { logits } = await evaluate(weights);
    for (const factor of [2, 0.5]) {
      const other = await evaluate(scaled(name, factor));
      // Variances before normalisation are of order 0.1 against an epsilon of 1e-5.
      expect(deviation(other.logits, logits)).toBeLessThan(1e-3);
    }
  });

  it('has gradients nearly orthogonal to the weights: the epsilon of normalisation leaves a small cosine, not 0', async () => {
    const outputs = await runOn(
      compiled,
      trainingStep(model).fn,
      givenStep(model, { weights, ...batch, learningRate: 0.01, radius: 3 }),
    );
    const { squaredNorms, squaredGradients, inners } = outputs;
    const cosines = Array.from(
      inners!.data,
      (inner, i) => inner / Math.sqrt(squaredNorms!.data[i]! * squaredGradients!.data[i]!),
    );
    const largest = Math.max(...cosines.map(Math.abs));
    expect(largest).toBeLessThan(1e-3);
    // Well above rounding, 6e-8.
    expect(largest).toBeGreaterThan(2e-6);
  });

  it('shows the epsilon as the slope of the loss along small weights, and the inner product is that slope', async () => {
    const name = 'conv_layers.0.weight';
    // Weights so small that the variance before normalisation is near epsilon.
    const small = scaled(name, 0.01);
    const inputs = givenStep(model, { weights: small, ...batch, learningRate: 0.01, radius: 3 });
    const { inners } = await runOn(compiled, trainingStep(model).fn, inputs);
    const h = 0.01;
    const loss = async (factor: number): Promise<number> => (await evaluate(scaled(name, 0.01 * factor))).loss;
    const slope = ((await loss(1 + h)) - (await loss(1 - h))) / (2 * h);
    expect(Math.abs(slope)).toBeGreaterThan(1e-3);
    // A loss of 9 rounded to 1e-6 over a distance of 0.02 leaves 1% of a slope of 6e-3.
    expect(Math.abs(inners!.data[0]! / slope - 1)).toBeLessThan(0.05);
  });
});
