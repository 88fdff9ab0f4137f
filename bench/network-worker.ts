/**
 * One measurement of a training step in a process of its own. Arguments: model, width, threads, batch, warm-up steps, timed
 * steps, engine. Prints JSON: median milliseconds of a step, of making it ready, and the peak of resident memory.
 */
import { randomImages } from '../deep/data/random-images.js';
import type { EngineName } from '../deep/engine/names.js';
import { openEngine } from '../deep/engine/open.js';
import { createModel, type ModelName } from '../deep/network.js';
import { startTraining } from '../deep/train.js';

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
const engine = await openEngine(engineName, { threads });
const training = startTraining(engine, createModel({ model, width }, data), data, { elr: 1e-4, batch, seed: 1 });
const times: number[] = [];
for (let i = 0; i < warmUp + steps; i += 1) {
  const begin = performance.now();
  await training.step();
  times.push(performance.now() - begin);
}
const step = median(times.slice(warmUp));
console.log(JSON.stringify({ step, ready: times[0]! - step, memory: process.resourceUsage().maxRSS / 1024 }));
