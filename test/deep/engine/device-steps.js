/**
 * Trains a small ConvNet with momentum as built, and prints as JSON what its steps measured, the weights in the middle and
 * at the end (as base64) and the memory before and after, in MiB. Arguments: steps before the first look at memory, steps
 * in all, `device` or `host`: where the state of webgpu stays between steps, or `cpu`. Runs under --expose-gc.
 */
import { randomImages } from '../../../dist/deep/data/random-images.js';
import { CompiledEngine } from '../../../dist/deep/engine/compiled.js';
import { createModel } from '../../../dist/deep/models/network.js';
import { evaluateOnTest } from '../../../dist/deep/observe/test-set.js';
import { startTraining } from '../../../dist/deep/training/train.js';
import { elrRate } from '../../../dist/src/run/rate.js';

const [warmUp, steps] = process.argv.slice(2, 4).map(Number);
const BATCH = 2;

function memory() {
  globalThis.gc();
  return process.memoryUsage().rss / 2 ** 20;
}

// Three batches an epoch, the last of them smaller: two programs share the state.
const data = randomImages(2 * BATCH + 1);
const place = process.argv[4];
const provider = place === 'cpu' ? 'cpu' : 'webgpu';
const engine = new CompiledEngine({ provider, threads: 1, onDevice: place === 'device' });
const model = createModel({ model: 'convnet', width: 1 }, data);
const training = startTraining(engine, model, data, { rate: elrRate(1e-4), batch: BATCH, seed: 1, momentum: 0.9 });

const text = ({ tensors }) =>
  Object.fromEntries(
    [...tensors].map(([name, { data: values }]) => [name, Buffer.from(values.slice().buffer).toString('base64')]),
  );

const taken = [];
const looks = [];
let halfway;
for (let i = 0; i < steps; i += 1) {
  if (i === warmUp) {
    halfway = text(await training.state());
    looks.push(memory());
  }
  taken.push(await training.step());
}
looks.push(memory());
const end = text(await training.state());
const test = await evaluateOnTest(engine, model, data, await training.weights());
await training.dispose();
console.log(JSON.stringify({ steps: taken, halfway, end, test, memory: looks }));
