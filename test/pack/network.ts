// As theory.ts, for the entry points that hold networks and figures; tfjs' own types need skipLibCheck.
import { DEFAULT_TRAINING, elrPlan, elrRate, type RunConfiguration, type SweepPlan } from 'sphere-regimes';
import { createModel, type Model, openData, prepareRun } from 'sphere-regimes/deep';
import { type Figure, figureText, toyLossFigure } from 'sphere-regimes/figure';
import { evaluateCells } from 'sphere-regimes/toy';

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

const elrs = [0.05, 0.2, 1];
const points = evaluateCells(elrs.map((elr) => ({ alpha: [1, 2, 4], elr }))).map((cell, i) => ({
  ...cell,
  elr: elrs[i]!,
}));
const figure: Figure = toyLossFigure({ alpha: [1, 2, 4], tolerance: 0.05, points }, {});
const text = figureText(figure, { width: 60, height: 16 });
if (text.split('\n').length !== 16) throw new Error('a figure of another height');
console.log(`${plan.runs.length} run, ${model.tensors.length} tensors, a figure of ${text.length} characters`);
