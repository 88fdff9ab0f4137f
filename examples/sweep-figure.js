// A sweep over ELRs, one process a run: thresholds, predictions of the toy model, and a figure as text and as SVG.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TRAINING, elrPlan, elrRate, readSweep, verifySweep } from 'sphere-regimes';
import { runSweep } from 'sphere-regimes/deep';
import { figureText, networkLossFigure, sweepData, writeFigure } from 'sphere-regimes/figure';
import { toyTheory } from 'sphere-regimes/toy';

const folder = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), 'regimes-')), 'sweep');
/** @param {number} elr */
const runAt = (elr) => ({
  rate: elrRate(elr),
  model: 'convnet',
  width: 4,
  data: 'fashion-mnist',
  trainImages: 500,
  batch: 50,
  steps: 60,
  seed: 1,
  order: /** @type {const} */ ('shuffled'),
  init: null,
  engine: 'cpu',
  threads: 1,
  training: DEFAULT_TRAINING,
});
const plan = elrPlan([1e-4, 1e-3, 1e-1, 1].map(runAt));
const [failure] = await runSweep(folder, plan, { workers: 2 });
if (failure !== undefined) throw new Error(failure.reason);

const sweep = readSweep(folder);
const { runs, thresholds, predictions } = verifySweep(sweep, toyTheory);
for (const { elr, regime, loss } of runs) console.log(`ELR ${elr}: ${regime}, loss ${loss.toPrecision(3)}`);
console.log('thresholds between', JSON.stringify(thresholds));
for (const { name, holds } of predictions) console.log(holds === null ? 'untested' : holds ? 'holds' : 'fails', name);

const figure = networkLossFigure(sweepData(sweep, { title: 'ConvNet', alpha: [1, 2, 4], tolerance: 0.4 }));
console.log(figureText(figure, { width: 72, height: 18 }));
await writeFigure(figure, join(folder, 'loss.svg'));
console.log(join(folder, 'loss.svg'));
