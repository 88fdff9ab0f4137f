import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorFunction } from '../../../../deep/engine/engine.js';
import { projectGroups, projectJointly } from '../../../../deep/step/update/projection.js';
import { accumulateMomentum, decayWeights, descend } from '../../../../deep/step/update/sgd.js';
import { chain, type Transform } from '../../../../deep/step/update/transform.js';
import { compiled, input, runOn } from '../../engine/agreement.js';

const given = (name: string, ...values: number[]) => ({
  ...input(name, [values.length]),
  data: Float32Array.from(values),
});
const scalar = (name: string, value: number) => ({ ...input(name, []), data: Float32Array.of(value) });

const a = given('a', 3, 4);
const b = given('b', -12);
const SPECS = [a.spec, b.spec];
const NAMES = ['a', 'b'];

/** One step of a transform along the gradient of (a_1^2 + a_2^2) / 4 - b, which is (a / 2, -1). */
const stepOf =
  (transform: Transform): TensorFunction =>
  (inputs) => {
    const positions = { a: inputs.a!, b: inputs.b! };
    const updates = { a: tf.mul(inputs.a!, 0.5), b: tf.fill([1], -1) };
    const { positions: moved, state } = transform.apply({ positions, updates, state: {} }, inputs);
    return { ...moved, ...state };
  };

async function run(transform: Transform, extra: Parameters<typeof runOn>[2]) {
  expect(extra.map(({ spec }) => spec)).toEqual([...transform.scalars, ...transform.state]);
  const outputs = await runOn(compiled, stepOf(transform), [a, b, ...extra]);
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data)]));
}

describe('transforms of a step, by hand', () => {
  it('descent moves the parameters it is told to, with the rate of that name', async () => {
    const both = chain(descend('slow', ['a']), descend('fast', ['b']));
    const moved = await run(both, [scalar('slow', 0.5), scalar('fast', 4)]);
    expect(moved).toEqual({ a: [2.25, 3], b: [-8] });
    expect(await run(descend('fast', ['b']), [scalar('fast', 4)])).toEqual({ a: [3, 4], b: [-8] });
    expect(await run(descend('fast', ['b']), [scalar('fast', 0)])).toEqual({ a: [3, 4], b: [-12] });
  });

  it('weight decay pulls every parameter towards 0', async () => {
    const moved = await run(chain(decayWeights(0.25), descend('rate', NAMES)), [scalar('rate', 1)]);
    expect(moved).toEqual({ a: [0.75, 1], b: [-8] });
  });

  it('momentum adds to what it remembers, and remembers the sum', async () => {
    const step = chain(accumulateMomentum(0.5, SPECS), descend('rate', NAMES));
    const velocities = [given('velocity:a', 1, -2), given('velocity:b', 6)];
    expect(await run(step, [scalar('rate', 2), ...velocities])).toEqual({
      a: [-1, 2],
      b: [-16],
      'velocity:a': [2, 1],
      'velocity:b': [2],
    });
  });

  it('weight decay before momentum is remembered with it', async () => {
    const step = chain(decayWeights(0.25), accumulateMomentum(0.5, SPECS), descend('rate', NAMES));
    const found = await run(step, [scalar('rate', 1), given('velocity:a', 0, 0), given('velocity:b', 0)]);
    expect(found['velocity:b']).toEqual([-4]);
    expect(found.b).toEqual([-8]);
  });

  it('the joint projection keeps directions and shares, that of groups gives each its own norm', async () => {
    expect(await run(projectJointly('radius', NAMES), [scalar('radius', 26)])).toEqual({ a: [6, 8], b: [-24] });
    const own = projectGroups((name) => `radius:${name}`, NAMES);
    expect(await run(own, [scalar('radius:a', 10), scalar('radius:b', 2)])).toEqual({ a: [6, 8], b: [-2] });
  });
});
