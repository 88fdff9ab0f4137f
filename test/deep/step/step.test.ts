import { describe, expect, it } from 'vitest';
import type { Engine, HostData } from '../../../deep/engine/engine.js';
import { convNet } from '../../../deep/models/convnet.js';
import { initialTensors, namesWithRole } from '../../../deep/models/model.js';
import { jointNorm } from '../../../deep/models/network.js';
import { IMAGES, LABELS } from '../../../deep/step/batch.js';
import { evaluation, type StepOptions, startingState, trainingStep } from '../../../deep/step/step.js';
import { FREE_LEARNING_RATE, groupRadius, LEARNING_RATE, RADIUS } from '../../../deep/step/update/compose.js';
import { randomSource } from '../../../src/numerics/random.js';
import { compiled, deviation, eager, type Result, runOn } from '../engine/agreement.js';
import { BATCH_SHAPE, givenBatch, givenStep, givenWeights } from '../fixture.js';

type Weights = ReadonlyMap<string, Float32Array>;

const BATCH = 4;

/** A network of width 3 (its second block has 6 input channels, its third 12: both filter gradients) and a random batch. */
function setting() {
  const model = convNet({ width: 3 });
  const random = randomSource(5);
  const weights = initialTensors(model, random);
  const images = Float32Array.from({ length: BATCH * 3 * 32 * 32 }, () => random.gaussian());
  return { model, weights, images, labels: Int32Array.of(3, 0, 9, 3), radius: jointNorm(model, weights) };
}

const withTensors = (weights: Weights, changed: Readonly<Record<string, Float32Array>>): Weights =>
  new Map([...weights, ...Object.entries(changed)]);

/** The weights and running statistics among a step's outputs. */
const stateAfter = (weights: Weights, outputs: Readonly<Record<string, Result>>): Weights =>
  withTensors(
    weights,
    Object.fromEntries(
      [...weights.keys()].filter((name) => name in outputs).map((name) => [name, outputs[name]!.data as Float32Array]),
    ),
  );

describe('a training step', () => {
  it('is the same compiled and eager, in every output', async () => {
    const { model, ...given } = setting();
    const inputs = givenStep(model, { ...given, learningRate: 0.05 });
    const reference = await runOn(eager, trainingStep(model).fn, inputs);
    const found = await runOn(compiled, trainingStep(model).fn, inputs);
    const state = namesWithRole(model, 'sphere', 'buffer');
    const numbers = ['loss', 'accuracy', 'squaredNorms', 'squaredGradients', 'inners', 'squaredChord'];
    expect(Object.keys(found).sort()).toEqual([...state, ...numbers].sort());
    for (const [name, { data, shape }] of Object.entries(reference)) {
      expect(found[name]!.shape, name).toEqual(shape);
      // `inners` nearly vanish (scale invariance): what is left has the rounding of terms of size |w| |grad|.
      const [norms, gradients] = [reference.squaredNorms!.data, reference.squaredGradients!.data];
      const scale = name === 'inners' ? Math.sqrt(Math.max(...norms) * Math.max(...gradients)) : undefined;
      const error =
        scale === undefined
          ? deviation(found[name]!.data, data)
          : Math.max(...data.map((value, i) => Math.abs(value - found[name]!.data[i]!))) / scale;
      // Both in float32, rounding 6e-8; sums over up to 4,096 pixels, four layers deep.
      expect(error, name).toBeLessThan(1e-4);
    }
  });

  it('ends on the sphere, and its chord is the distance between the points', async () => {
    const { model, ...given } = setting();
    const outputs = await runOn(compiled, trainingStep(model).fn, givenStep(model, { ...given, learningRate: 0.05 }));
    const names = namesWithRole(model, 'sphere');
    const after = stateAfter(given.weights, outputs);
    // Sums of float32 weights here are exact to 1e-16; each weight is rounded to 6e-8.
    expect(jointNorm(model, after) / given.radius).toBeCloseTo(1, 6);
    const squares = names.map((name) =>
      after.get(name)!.reduce((sum, value, i) => sum + (value - given.weights.get(name)![i]!) ** 2, 0),
    );
    const chord = squares.reduce((sum, value) => sum + value, 0);
    expect(outputs.squaredChord!.data[0]! / chord).toBeCloseTo(1, 5);
    for (const name of namesWithRole(model, 'frozen')) expect(outputs[name]).toBeUndefined();
  });

  it('has the gradient of the loss: central differences along it and along a random direction', async () => {
    const { model, ...given } = setting();
    const { weights, radius } = given;
    const learningRate = 0.05;
    const names = namesWithRole(model, 'sphere');
    const outputs = await runOn(compiled, trainingStep(model).fn, givenStep(model, { ...given, learningRate }));
    // w' = s (w - lr grad) with s = radius / |w - lr grad|, solved for the gradient.
    const joint = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);
    const [squaredNorm, squaredGradient, inner] = ['squaredNorms', 'squaredGradients', 'inners'].map((name) =>
      joint(outputs[name]!.data),
    ) as [number, number, number];
    const moved = Math.sqrt(squaredNorm - 2 * learningRate * inner + learningRate ** 2 * squaredGradient);
    const gradient = new Map(
      names.map((name) => {
        const before = weights.get(name)!;
        return [name, outputs[name]!.data.map((value, i) => (before[i]! - (value * moved) / radius) / learningRate)];
      }),
    );

    const lossAlong = async (direction: Map<string, ArrayLike<number>>, distance: number): Promise<number> => {
      const shifted = names.map((name) => [
        name,
        weights.get(name)!.map((value, i) => value + distance * direction.get(name)![i]!),
      ]);
      const point = withTensors(weights, Object.fromEntries(shifted));
      const inputs = [...givenWeights(model, point), ...givenBatch(given)];
      return (await runOn(compiled, evaluation(model, 'training'), inputs)).loss!.data[0]!;
    };
    const slope = async (direction: Map<string, ArrayLike<number>>): Promise<number> => {
      const distance = 1e-3;
      return ((await lossAlong(direction, distance)) - (await lossAlong(direction, -distance))) / (2 * distance);
    };
    const unit = (direction: Map<string, ArrayLike<number>>): Map<string, number[]> => {
      const norm = Math.sqrt(
        [...direction.values()].reduce((sum, values) => sum + joint(Array.from(values, (v) => v * v)), 0),
      );
      return new Map([...direction].map(([name, values]) => [name, Array.from(values, (value) => value / norm)]));
    };
    const along = unit(gradient);
    const random = randomSource(8);
    const sideways = unit(new Map(names.map((name) => [name, weights.get(name)!.map(() => random.gaussian())])));
    const projected = names.reduce(
      (sum, name) => sum + joint(sideways.get(name)!.map((value, i) => value * gradient.get(name)![i]!)),
      0,
    );
    // A loss of 9 rounded to 1e-6 over a distance of 2e-3 leaves 5e-4; the rest is curvature and kinks of ReLU and pooling.
    expect(Math.abs((await slope(along)) - Math.sqrt(squaredGradient))).toBeLessThan(
      0.005 * Math.sqrt(squaredGradient),
    );
    expect(Math.abs((await slope(sideways)) - projected)).toBeLessThan(0.02 * Math.abs(projected));
  });
});

describe('a step composed of its options', () => {
  const model = convNet({ width: 2, affine: true });
  const random = randomSource(6);
  const weights = initialTensors(model, random);
  const images = Float32Array.from({ length: BATCH * 3 * 32 * 32 }, () => random.gaussian());
  const labels = Int32Array.of(1, 2, 2, 8);
  const [sphere, free] = [namesWithRole(model, 'sphere'), namesWithRole(model, 'free')];
  const norm = (values: ArrayLike<number>): number =>
    Math.sqrt(Array.from(values, (v) => v * v).reduce((a, b) => a + b));

  /** One step, on an engine, with all numbers that the step may want; `numbers` replaces some. */
  async function take(options: StepOptions, numbers: Readonly<Record<string, number>> = {}, engine: Engine = compiled) {
    const step = trainingStep(model, options);
    const radii = sphere.map((name) => [groupRadius(name), norm(weights.get(name)!)]);
    const rates = { [LEARNING_RATE]: 0.05, [FREE_LEARNING_RATE]: 0.02, [RADIUS]: jointNorm(model, weights) };
    const scalars = Object.entries({ ...Object.fromEntries(radii), ...rates, ...numbers });
    const contents = new Map<string, HostData>([
      ...weights,
      [IMAGES, images],
      [LABELS, labels],
      ...startingState(step),
      ...scalars.map(([name, value]): [string, HostData] => [name, Float32Array.of(value as number)]),
    ]);
    const specs = step.inputs({ ...BATCH_SHAPE, batch: BATCH });
    return runOn(
      engine,
      step.fn,
      specs.map((spec) => ({ spec, data: contents.get(spec.name)! })),
    );
  }

  it('wants only the numbers that its options ask for', () => {
    const scalars = (options: StepOptions) => trainingStep(model, options).scalars.map(({ name }) => name);
    expect(scalars({})).toEqual([LEARNING_RATE, RADIUS]);
    expect(scalars({ projection: 'none', free: true })).toEqual([LEARNING_RATE, FREE_LEARNING_RATE]);
    expect(scalars({ projection: 'group' })).toEqual([LEARNING_RATE, ...sphere.map(groupRadius)]);
    expect(trainingStep(model, {}).state).toEqual([]);
    expect(trainingStep(model, { momentum: 0.9 }).state.length).toBe(sphere.length);
    expect(trainingStep(model, { momentum: 0.9, free: true }).state.length).toBe(sphere.length + free.length);
  });

  it('leaves free parameters alone unless they are trained, and at rate 0', async () => {
    const frozen = await take({});
    for (const name of free) expect(frozen[name]).toBeUndefined();
    const still = await take({ free: true }, { [FREE_LEARNING_RATE]: 0 });
    for (const name of free) expect(still[name]!.data).toEqual(weights.get(name));
    const trained = await take({ free: true });
    for (const name of free) expect(trained[name]!.data).not.toEqual(weights.get(name));
    // The spheres do not notice.
    for (const name of sphere) expect(deviation(trained[name]!.data, frozen[name]!.data)).toBeLessThan(1e-6);
  });

  it('keeps the norm of each group where each has its own sphere', async () => {
    const after = await take({ projection: 'group' });
    const joint = await take({});
    for (const name of sphere) {
      expect(norm(after[name]!.data) / norm(weights.get(name)!)).toBeCloseTo(1, 6);
      // Only the scale is another.
      const scale = norm(after[name]!.data) / norm(joint[name]!.data);
      const rescaled = joint[name]!.data.map((value) => value * scale);
      expect(deviation(after[name]!.data, rescaled)).toBeLessThan(1e-6);
    }
  });

  it('with everything at once is the same compiled and eager', async () => {
    const options: StepOptions = { loss: 'squared', projection: 'group', weightDecay: 0.1, momentum: 0.9, free: true };
    const [found, reference] = [await take(options), await take(options, {}, eager)];
    expect(Object.keys(found)).toEqual(Object.keys(reference));
    for (const [name, { data }] of Object.entries(reference)) {
      if (name === 'inners') continue;
      expect(deviation(found[name]!.data, data), name).toBeLessThan(1e-4);
    }
  });
});
