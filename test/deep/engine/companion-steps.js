/**
 * Trains three small ConvNets on webgpu as built, one after another and then together, and prints as JSON what both ways
 * give: losses, and the state at the end as base64. Argument: steps of the longest.
 */
import { randomImages } from '../../../dist/deep/data/random-images.js';
import { Companions } from '../../../dist/deep/engine/companions.js';
import { CompiledEngine } from '../../../dist/deep/engine/compiled.js';
import { createModel } from '../../../dist/deep/models/network.js';
import { startTraining } from '../../../dist/deep/training/train.js';
import { elrRate } from '../../../dist/src/run/rate.js';

const steps = Number(process.argv[2]);
const BATCH = 2;
const data = randomImages(2 * BATCH + 1);
const model = createModel({ model: 'convnet', width: 1 }, data);
const newEngine = () => new CompiledEngine({ provider: 'webgpu', threads: 1 });

async function train(engine, run) {
  const options = { rate: elrRate(1e-4 * (run + 1)), batch: BATCH, seed: run, momentum: 0.9 };
  const training = startTraining(engine, model, data, options);
  const losses = [];
  // Runs of different length.
  for (let i = 0; i < steps - run; i += 1) losses.push((await training.step()).loss);
  const { tensors } = await training.state();
  await training.dispose();
  const text = ({ data: values }) => Buffer.from(values.slice().buffer).toString('base64');
  return { losses, end: Object.fromEntries([...tensors].map(([name, tensor]) => [name, text(tensor)])) };
}

const RUNS = [0, 1, 2];
const alone = [];
for (const run of RUNS) alone.push(await train(newEngine(), run));
const companions = new Companions();
const together = await Promise.all(
  RUNS.map(async (run) => {
    const companion = companions.join();
    try {
      return await train(companion.engineOn(newEngine()), run);
    } finally {
      companion.leave();
    }
  }),
);
console.log(JSON.stringify({ alone, together }));
