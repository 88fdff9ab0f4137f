import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { randomImages } from '../../../deep/data/random-images.js';
import type { Engine, EngineTensor, NamedEngineTensors } from '../../../deep/engine/engine.js';
import { createModel } from '../../../deep/models/network.js';
import { randomPointLoss } from '../../../deep/observe/random-points.js';
import { evaluateOnTest } from '../../../deep/observe/test-set.js';
import { startTraining } from '../../../deep/training/train.js';
import { randomSource } from '../../../src/numerics/random.js';
import { elrRate } from '../../../src/run/rate.js';
import { compiled, eager } from '../engine/agreement.js';

/** MiB. */
interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

const WARM_UP = 300;
const STEPS = 1500;
const CHILD = fileURLToPath(new URL('./many-steps.js', import.meta.url));

async function memoryOfManySteps(): Promise<[Memory, Memory]> {
  const words = ['--expose-gc', CHILD, String(WARM_UP), String(STEPS)];
  return JSON.parse((await promisify(execFile)(process.execPath, words)).stdout);
}

/** An engine that knows how many of its tensors have not been disposed. */
function counting(engine: Engine) {
  const live = new Set<EngineTensor>();
  const counted = (tensor: EngineTensor): EngineTensor => {
    const dispose = tensor.dispose.bind(tensor);
    tensor.dispose = () => {
      live.delete(tensor);
      dispose();
    };
    live.add(tensor);
    return tensor;
  };
  const countedEngine: Engine = {
    name: engine.name,
    upload: (spec, data) => counted(engine.upload(spec, data)),
    compile: async (fn, inputs) => {
      const program = await engine.compile(fn, inputs);
      const run = async (given: NamedEngineTensors): Promise<NamedEngineTensors> => {
        const outputs = await program.run(given);
        for (const tensor of Object.values(outputs)) counted(tensor);
        return outputs;
      };
      return { run, dispose: () => program.dispose() };
    },
  };
  return { engine: countedEngine, live };
}

describe('memory', () => {
  it('does not grow from step to step', async () => {
    const [early, late] = await memoryOfManySteps();
    // Measured: -1.8 to 0 MB, also over 6,000 steps. The smallest thing of size that a step could lose, the weights of this
    // network (24 kB), would come to 29 MB; a batch (196 kB) to 230.
    expect(late.rss - early.rss).toBeLessThan(16);
    // Measured: -0.5 to 0.05 MB. An object a step, with what it takes to be found again, would come to 0.8 MB.
    expect(late.heapUsed - early.heapUsed).toBeLessThan(0.5);
  });

  it.each([
    ['compiled', compiled],
    ['eager', eager],
  ])('is disposed of, tensor by tensor, on the engine %s', async (_, given) => {
    const { engine, live } = counting(given);
    const data = randomImages(5);
    const model = createModel({ model: 'convnet', width: 1 }, data);
    const training = startTraining(engine, model, data, { rate: elrRate(1e-3), batch: 2, seed: 1 });
    // Between steps there is nothing but the model's tensors.
    const held = model.tensors.length;
    for (let i = 0; i < 4; i += 1) {
      expect(live.size, `before step ${i}`).toBe(held);
      await training.step();
    }
    await randomPointLoss(engine, model, data, training.initial, randomSource(1), { points: 2, batch: 2 });
    await evaluateOnTest(engine, model, data, await training.weights());
    expect(live.size).toBe(held);
    await training.dispose();
    expect(live.size).toBe(0);
  });
});
