/**
 * Evaluates and trains two small ConvNets, for different lengths, on webgpu as built, one after another and then together,
 * and prints as JSON the losses and the norms of the state at the end of both ways, and of each call for both runs the bytes
 * that came from the host. Argument: steps of the longer one.
 */
import { randomImages } from '../../../dist/deep/data/random-images.js';
import { Companions } from '../../../dist/deep/engine/companions.js';
import { CompiledEngine } from '../../../dist/deep/engine/compiled.js';
import { onnxruntime } from '../../../dist/deep/engine/onnxruntime.js';
import { SessionPool } from '../../../dist/deep/engine/session-pool.js';
import { createModel } from '../../../dist/deep/models/network.js';
import { EvaluationPass } from '../../../dist/deep/observe/evaluation-pass.js';
import { startTraining } from '../../../dist/deep/training/train.js';
import { elrRate } from '../../../dist/src/run/rate.js';

const steps = Number(process.argv[2]);
const BATCH = 2;
const RUNS = [0, 1];
const data = randomImages(2 * BATCH);
const model = createModel({ model: 'convnet', width: 1 }, data);

const fed = [];
const pool = new SessionPool({
  create: async (bytes, options) => {
    const session = await onnxruntime().InferenceSession.create(bytes, options);
    const run = session.run.bind(session);
    session.run = (feeds) => {
      const isForBoth = feeds['in:images']?.dims.length === 5;
      const fromHost = Object.values(feeds).filter(({ location }) => location === 'cpu');
      if (isForBoth) fed.push(fromHost.reduce((sum, { size }) => sum + 4 * size, 0));
      return run(feeds);
    };
    return session;
  },
});
const newEngine = () => new CompiledEngine({ provider: 'webgpu', threads: 1, pool });

async function train(engine, run) {
  const options = { rate: elrRate(1e-4 * (run + 1)), batch: BATCH, seed: run, momentum: 0.9 };
  const training = startTraining(engine, model, data, options);
  const evaluations = new EvaluationPass({ engine, model, data, batch: BATCH });
  const { training: before, evaluation } = await evaluations.inBothModes(data.train, await training.weights());
  await evaluations.dispose();
  const losses = [before.loss, evaluation.loss];
  for (let i = 0; i < steps - run; i += 1) losses.push((await training.step()).loss);
  const { tensors } = await training.state();
  await training.dispose();
  return { losses, norms: [...tensors.values()].map((tensor) => Math.hypot(...tensor.data)) };
}

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
console.log(JSON.stringify({ alone, together, fed }));
