/**
 * One measurement of a training step in a process of its own. Arguments: model, width, threads, batch, warm-up steps, timed
 * steps, engine. Prints JSON: median milliseconds of a step, of making it ready, and the peak of resident memory.
 */
import type { DataSet, ImageSet } from '../deep/data/image-set.js';
import { createEngine, type EngineName } from '../deep/engine/create.js';
import { createModel, type ModelName } from '../deep/network.js';
import { startTraining } from '../deep/train.js';
import { randomSource } from '../src/random.js';

const SIDE = 32;

function randomImages(count: number): DataSet {
  const random = randomSource(1);
  const pixels = Uint8Array.from({ length: count * 3 * SIDE * SIDE }, () => random.below(256));
  const labels = Uint8Array.from({ length: count }, () => random.below(10));
  const set: ImageSet = { count, channels: 3, height: SIDE, width: SIDE, pixels, labels };
  return { name: 'random', classes: 10, train: set, test: set, means: [0.5, 0.5, 0.5], deviations: [0.3, 0.3, 0.3] };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const [model, engineName] = [process.argv[2] as ModelName, process.argv[8] as EngineName];
const [width, threads, batch, warmUp, steps] = process.argv.slice(3, 8).map(Number) as [
  number,
  number,
  number,
  number,
  number,
];
const data = randomImages(batch);
const engine = createEngine(engineName, { threads });
const training = startTraining(engine, createModel({ model, width }, data), data, { elr: 1e-4, batch, seed: 1 });
const times: number[] = [];
for (let i = 0; i < warmUp + steps; i += 1) {
  const begin = performance.now();
  await training.step();
  times.push(performance.now() - begin);
}
const step = median(times.slice(warmUp));
console.log(JSON.stringify({ step, ready: times[0]! - step, memory: process.resourceUsage().maxRSS / 1024 }));
