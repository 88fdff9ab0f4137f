// A sweep over ELRs, one process a run: thresholds, predictions of the toy model, and a figure as text and as SVG.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSweep, verifySweep } from 'sphere-regimes';
import { planSweep, runStudy } from 'sphere-regimes/deep';
import { figureText, networkLossFigure, sweepData, writeFigure } from 'sphere-regimes/figure';
import { toyTheory } from 'sphere-regimes/toy';

const folder = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), 'regimes-')), 'sweep');
const plan = await planSweep({
  // Thresholds are read off what every step records; measurements on all images would take as long again.
  base: { width: 4, trainImages: 500, batch: 50, steps: 60, measure: 'none' },
  vary: { elr: [1e-4, 1e-3, 1e-1, 1] },
});
const [failure] = await runStudy(plan, { directory: folder, workers: 2 });
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
