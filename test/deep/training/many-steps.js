/**
 * Trains a small ConvNet as built and prints, as JSON, the memory after some steps and at the end, in MiB. Arguments: steps
 * before the first look, steps in all. Runs under --expose-gc.
 */
import { randomImages } from '../../../dist/deep/data/random-images.js';
import { openEngine } from '../../../dist/deep/engine/open.js';
import { createModel } from '../../../dist/deep/models/network.js';
import { startTraining } from '../../../dist/deep/training/train.js';
import { elrRate } from '../../../dist/src/run/rate.js';

const [warmUp, steps] = process.argv.slice(2).map(Number);
const BATCH = 16;

function memory() {
  globalThis.gc();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return Object.fromEntries(Object.entries({ rss, heapUsed, arrayBuffers }).map(([kind, n]) => [kind, n / 2 ** 20]));
}

// Four batches an epoch, the last of them smaller.
const data = randomImages(4 * BATCH - 6);
const engine = await openEngine('cpu', { threads: 1 });
const model = createModel({ model: 'convnet', width: 4 }, data);
const training = startTraining(engine, model, data, { rate: elrRate(1e-4), batch: BATCH, seed: 1 });
const looks = [];
for (let i = 0; i < steps; i += 1) {
  if (i === warmUp) looks.push(memory());
  await training.step();
}
looks.push(memory());
await training.dispose();
console.log(JSON.stringify(looks));
