import { describe, expect, it } from 'vitest';
import { openData } from '../../../deep/data/open.js';
import { CompiledEngine } from '../../../deep/engine/compiled.js';
import type { Engine } from '../../../deep/engine/engine.js';
import { convNet } from '../../../deep/models/convnet.js';
import { startTraining, type TrainingOptions, type TrainingState } from '../../../deep/training/train.js';
import { elrRate } from '../../../src/run/rate.js';
import { hasFiniteLoss } from '../../../src/run/step-line.js';
import { countingPool } from '../engine/counting-pool.js';

// Four batches of 16 and one of 6 an epoch.
const data = openData('fashion-mnist', { trainImages: 70 });
const model = convNet({ width: 2 });
const OPTIONS = { rate: elrRate(1e-3), batch: 16, seed: 3, momentum: 0.9 } as const;

const engineOf = (stepsPerCall: number, options: { readonly fewNodes?: boolean } = {}): CompiledEngine =>
  new CompiledEngine({ threads: 1, stepsPerCall, ...options });

/** What steps record, and the state after each number of them that is asked for. */
async function train(engine: Engine, steps: number, asked: readonly number[], given: Partial<TrainingOptions> = {}) {
  const training = startTraining(engine, model, data, { ...OPTIONS, ...given });
  const taken = [];
  const states: TrainingState[] = [];
  for (let i = given.resume?.step ?? 0; i < steps; i += 1) {
    taken.push(await training.step());
    if (!asked.includes(i + 1)) continue;
    const { step, tensors } = await training.state();
    states.push({
      step,
      tensors: new Map([...tensors].map(([name, { shape, data: all }]) => [name, { shape, data: all.slice() }])),
    });
  }
  await training.dispose();
  return { taken, states };
}

describe('steps in calls of several', () => {
  it.each([
    ['', {}, {}],
    [', in few nodes', { fewNodes: true }, {}],
    [
      ' drawn with replacement, with a schedule',
      {},
      { sampling: 'with', schedule: { kind: 'linear', from: 1, to: 8, factor: 0.1 } },
    ],
  ] satisfies [string, object, Partial<TrainingOptions>][])(
    'record and leave the bytes of steps one by one%s',
    async (_, few, given) => {
      const asked = [2, 3, 5, 9];
      const one = await train(engineOf(1, few), 9, asked, given);
      expect(new Set(one.taken.map(({ loss }) => loss)).size).toBe(9);
      for (const most of [2, 3, 16]) expect(await train(engineOf(most, few), 9, asked, given), `${most}`).toEqual(one);
    },
  );

  it('go on from a state amid a call, as from any other', async () => {
    const whole = await train(engineOf(1), 10, [10]);
    const { states } = await train(engineOf(4), 3, [3]);
    expect(states[0]!.step).toBe(3);
    const resumed = await train(engineOf(4), 10, [10], { resume: states[0]! });
    expect(resumed.states).toEqual(whole.states);
    expect(resumed.taken).toEqual(whole.taken.slice(3));
  });

  it('are calls for whole epochs, and again for what is asked for within', async () => {
    const { pool, calls } = countingPool();
    const engine = new CompiledEngine({ threads: 1, stepsPerCall: 16, pool });
    const stepsOf = () =>
      calls.splice(0).map((feeds) => Number((feeds.steps?.data as BigInt64Array | undefined)?.[0] ?? 1));
    const training = startTraining(engine, model, data, OPTIONS);
    for (let i = 0; i < 10; i += 1) await training.step();
    await training.weights();
    expect(stepsOf()).toEqual([4, 1, 4, 1]);
    for (let i = 0; i < 3; i += 1) await training.step();
    await training.weights();
    await training.weights();
    await training.step();
    await training.weights();
    expect(stepsOf()).toEqual([4, 3]);
    await training.dispose();
  });

  it('show the step amid a call at which the numbers are none any more', async () => {
    const given = { rate: { kind: 'lr', value: 1e38 } as const, projection: 'none' } as const;
    const [one, several] = [await train(engineOf(1), 4, [], given), await train(engineOf(4), 4, [], given)];
    expect(one.taken.map(hasFiniteLoss)).toEqual([true, false, false, false]);
    expect(several).toEqual(one);
  });
});
