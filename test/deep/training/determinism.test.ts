import { describe, expect, it } from 'vitest';
import { randomImages } from '../../../deep/data/random-images.js';
import { CompiledEngine } from '../../../deep/engine/compiled.js';
import { SessionPool } from '../../../deep/engine/session-pool.js';
import { createModel, type ModelName } from '../../../deep/models/network.js';
import { startTraining } from '../../../deep/training/train.js';
import { elrRate } from '../../../src/run/rate.js';

const STEPS = 4;
const BATCH = 8;

/** Everything that a short training yields, on an engine and sessions of its own. */
async function train(name: ModelName, threads: number, seed = 1) {
  const engine = new CompiledEngine({ threads, pool: new SessionPool({ mostIdle: 0 }) });
  const data = randomImages(BATCH + 3);
  const training = startTraining(engine, createModel({ model: name, width: 8 }, data), data, {
    rate: elrRate(1e-3),
    batch: BATCH,
    seed,
  });
  const steps = [];
  for (let i = 0; i < STEPS; i += 1) steps.push(await training.step());
  const weights = [...(await training.weights())].map(([tensor, { data: values }]) => [
    tensor,
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'),
  ]);
  await training.dispose();
  return { steps, weights };
}

const CASES: readonly (readonly [ModelName, number])[] = [
  ['convnet', 1],
  ['convnet', 2],
  ['resnet18', 1],
  ['resnet18', 2],
];

// Wide enough for the blocked layout in every layer, and with a smaller last batch.
describe('the same seed and number of threads', () => {
  it.each(CASES)('give the same bytes: %s, %d threads', async (name, threads) => {
    const first = await train(name, threads);
    expect(await train(name, threads)).toEqual(first);
  });

  it('do, and another seed does not', async () => {
    expect((await train('convnet', 1, 2)).weights).not.toEqual((await train('convnet', 1)).weights);
  });
});
