// As theory.ts, for the entry points that hold networks and figures; tfjs' own types need skipLibCheck.
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
import { type Figure, figureText, toyLossFigure } from 'sphere-regimes/figure';
import { evaluateCells } from 'sphere-regimes/toy';

const network = { width: 2, trainImages: 100, batch: 50, steps: 2 };
const spec: RunSpec = { ...network, rate: elrRate(1e-3), threads: 1 };
const run: RunConfiguration = await describeRun(spec);
const plan: SweepPlan = await planSweep({ base: network, vary: { elr: [1e-3] } });
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
