// As theory.ts, for the entry point that holds networks; tfjs' own types need skipLibCheck.
import { elrRate, type RunConfiguration, type SweepPlan } from 'sphere-regimes';
import {
  createModel,
  describeRun,
  type Model,
  openData,
  planSweep,
  prepareRun,
  type RunSpec,
} from 'sphere-regimes/deep';

const network = { width: 2, trainImages: 100, batch: 50, steps: 2 };
const spec: RunSpec = { ...network, rate: elrRate(1e-3), threads: 1 };
const run: RunConfiguration = await describeRun(spec);
const plan: SweepPlan = await planSweep({ base: network, vary: { elr: [1e-3] } });
const data = openData('fashion-mnist', { trainImages: 100, seed: 1 });
const model: Model = createModel({ model: 'convnet', width: 2 }, data);
if (prepareRun(run).model.tensors.length !== model.tensors.length) throw new Error('two networks of one configuration');

console.log(`${plan.runs.length} run, ${model.tensors.length} tensors`);
