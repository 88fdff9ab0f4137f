// As theory.ts, for the entry point that holds networks; the declarations of tfjs need skipLibCheck.
import { DEFAULT_TRAINING, elrPlan, elrRate, type RunConfiguration, type SweepPlan } from 'sphere-regimes';
import { createModel, type Model, openData, prepareRun } from 'sphere-regimes/deep';

const configuration = {
  ...{ model: 'convnet', width: 2, data: 'fashion-mnist', trainImages: 100, batch: 50, steps: 2, seed: 1 },
  ...{
    rate: elrRate(1e-3),
    order: 'shuffled' as const,
    init: null,
    engine: 'cpu',
    threads: 1,
    training: DEFAULT_TRAINING,
  },
};
const run: RunConfiguration = configuration;
const plan: SweepPlan = elrPlan([configuration]);
const data = openData('fashion-mnist', { trainImages: 100, seed: 1 });
const model: Model = createModel({ model: 'convnet', width: 2 }, data);
if (prepareRun(run).model.tensors.length !== model.tensors.length) throw new Error('two networks of one configuration');

console.log(`${plan.runs.length} run, ${model.tensors.length} tensors`);
