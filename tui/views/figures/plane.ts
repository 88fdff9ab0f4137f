import { formatNumber } from '../../../src/text/output.js';
import { elrKey } from '../../figure/elr-key.js';
import { networkPlaneFigure, type PathRun, planeFigure } from '../../figure/loss-egn.js';
import { toyForm } from '../../figure/loss-elr.js';
import type { SweepData } from '../../figure/sweep-data.js';
import { overlaidRuns } from '../chosen-runs.js';
import type { Scene } from '../scene.js';
import { type SceneFigures, sweepData, toyTitle } from './scene-figures.js';

function toyPath({ data, toyElr }: Scene): PathRun[] {
  const run = data.toy?.run;
  if (run === undefined || toyElr === undefined) return [];
  return [{ label: formatNumber(run.elr), key: 'toy', regime: run.regime, loss: run.series.loss, egn: run.series.egn }];
}

/** Of the toy's plane, in units of the loss of random points and of S: converged runs fall without end. */
const PLANE = { smallest: 1e-3, largest: 2, widest: 100 };

/** The sweep with the runs that are compared alone, where any are chosen. */
function chosenData(scene: Scene): SweepData {
  const data = sweepData(scene);
  if (scene.state.selected.length === 0 && scene.state.baseline === undefined) return data;
  const folders = overlaidRuns(scene).map(({ folder }) => folder);
  return { ...data, runs: data.runs.filter(({ folder }) => folders.includes(folder)) };
}

/** EGN against loss. */
export function planeFigures(scene: Scene): SceneFigures {
  const form = toyForm(scene.state.toy.alpha);
  const toy = planeFigure(toyTitle(scene), toyPath(scene), form);
  const points = (scene.data.toy?.points ?? []).map(({ loss, egn, regime, elr, collapsed }) => ({
    x: collapsed ? Number.NaN : loss,
    y: egn,
    regime,
    key: elrKey(elr),
  }));
  return {
    toy: [
      {
        ...toy,
        x: { ...toy.x, range: [form.randomLoss * PLANE.smallest, form.randomLoss * PLANE.largest] },
        y: { ...toy.y, range: [PLANE.smallest / form.threshold, PLANE.widest / form.threshold] },
        series: [{ name: 'runs', kind: 'points', points }, ...toy.series],
      },
    ],
    network: [networkPlaneFigure(chosenData(scene))],
  };
}
