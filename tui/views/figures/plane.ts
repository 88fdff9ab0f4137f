import { formatNumber } from '../../../src/text/output.js';
import { randomLoss } from '../../../toy/theory/points.js';
import { hasThresholds } from '../../data/toy-motion.js';
import type { PlaneAxes } from '../../figure/dimensionless-plane.js';
import { networkAxes, networkPlaneFigure, type PathRun } from '../../figure/loss-egn.js';
import type { SweepData } from '../../figure/sweep-data.js';
import { toyPlaneFigure } from '../../figure/toy-plane.js';
import { overlaidRuns } from '../chosen-runs.js';
import type { Scene } from '../scene.js';
import { type SceneFigures, sweepData, toyTitle } from './scene-figures.js';

function toyPath({ data, toyElr }: Scene): PathRun[] {
  const run = data.toy?.run;
  if (run === undefined || toyElr === undefined) return [];
  const keepsLevel = run.regime === 'chaotic equilibrium' || run.regime === 'divergence';
  const { loss, noiseShare, series, regime } = run;
  return [
    { label: formatNumber(run.elr), key: 'toy', regime, series, ...(keepsLevel && { level: { loss, noiseShare } }) },
  ];
}

/** The sweep with the runs that are compared alone, where any are chosen. */
function chosenData(scene: Scene): SweepData {
  const data = sweepData(scene);
  if (scene.state.selected.length === 0 && scene.state.baseline === undefined) return data;
  const folders = overlaidRuns(scene).map(({ folder }) => folder);
  return { ...data, runs: data.runs.filter(({ folder }) => folders.includes(folder)) };
}

/** EGN against loss, both sides on the same axes. */
export function planeFigures(scene: Scene): SceneFigures {
  const sweep = chosenData(scene);
  const { toy: settings } = scene.state;
  const toy = toyPlaneFigure({
    title: toyTitle(scene),
    points: scene.data.toy?.points ?? [],
    paths: toyPath(scene),
    randomLoss: randomLoss(settings.alpha),
    beside: networkAxes(sweep),
    ...(!hasThresholds(settings) && { theory: null }),
  });
  const axes: PlaneAxes = { x: toy.x.range!, y: toy.y.range! };
  return { toy: [toy], network: [networkPlaneFigure(sweep, { axes })] };
}
