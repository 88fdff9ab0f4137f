/**
 * One measurement of a network in a process of its own. The argument is a NetworkTask as JSON. Prints JSON: median
 * milliseconds of a step, of making it ready, and the peak of resident memory in MiB.
 */

import { HessianOperator } from '../deep/curvature/hessian-operator.js';
import type { DataSet } from '../deep/data/image-set.js';
import { randomImages } from '../deep/data/random-images.js';
import { CompiledEngine } from '../deep/engine/compiled.js';
import type { Engine } from '../deep/engine/engine.js';
import { openEngine } from '../deep/engine/open.js';
import { initialTensors, type Model } from '../deep/models/model.js';
import { createModel } from '../deep/models/network.js';
import { batchShape } from '../deep/step/batch.js';
import { startTraining } from '../deep/training/train.js';
import { median } from '../src/numerics/means.js';
import { randomSource } from '../src/numerics/random.js';
import { elrRate } from '../src/run/rate.js';
import type { NetworkTask } from './processes.js';

const open = ({ engine, threads, plain }: NetworkTask): Promise<Engine> | Engine =>
  plain === true ? new CompiledEngine({ threads, blocked: false }) : openEngine(engine, { threads });

type Repeated = () => Promise<unknown>;

function trainingSteps(engine: Engine, model: Model, data: DataSet): Repeated {
  const training = startTraining(engine, model, data, { rate: elrRate(1e-4), batch: data.train.count, seed: 1 });
  return () => training.step();
}

/** Hessian-vector products at the starting point, the same direction every time. */
async function hessianProducts(engine: Engine, model: Model, data: DataSet): Promise<Repeated> {
  const shape = batchShape(data, data.train.count);
  const random = randomSource(1);
  const tensors = initialTensors(model, random);
  const size = shape.batch * shape.channels * shape.height * shape.width;
  const images = Float32Array.from({ length: size }, () => random.gaussian());
  const labels = Int32Array.from({ length: shape.batch }, () => random.below(data.classes));
  const hessian = await HessianOperator.compile(engine, model, shape);
  hessian.moveTo({ tensors, images, labels });
  return () => hessian.apply(tensors);
}

const task = JSON.parse(process.argv[2]!) as NetworkTask;
const engine = await open(task);
const data = randomImages(task.batch);
const model = createModel(task, data);
const begin = performance.now();
const repeated = await (task.work === 'hessian' ? hessianProducts : trainingSteps)(engine, model, data);
const prepared = performance.now() - begin;
const times: number[] = [];
for (let i = 0; i < task.warmUp + task.steps; i += 1) {
  const start = performance.now();
  await repeated();
  times.push(performance.now() - start);
}
const step = median(times.slice(task.warmUp));
const ready = prepared + times[0]! - step;
console.log(JSON.stringify({ step, ready, memory: process.resourceUsage().maxRSS / 1024 }));
