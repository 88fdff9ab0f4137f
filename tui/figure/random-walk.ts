import type { WalkAtElr } from '../../src/experiments/random-walk.js';
import { formatNumber } from '../../src/text/output.js';
import type { Figure, FigurePoint, FigureSeries } from './figure.js';

/** What a legend calls the walks. */
const WALK_NAME = 'random walk (K6)';

/** Two series for an ELR: cosines as measured, joined, and those of a walk with the same step sizes. */
function seriesOf({ elr, regime, cosines }: WalkAtElr): FigureSeries[] {
  const text = formatNumber(elr, 3);
  const measured = cosines.map(
    ({ lag, measured: { mean, error } }): FigurePoint => ({ x: lag, y: mean, error, regime }),
  );
  const walked = cosines.map(({ lag, walk }): FigurePoint => ({ x: lag, y: walk }));
  return [
    { name: `ELR ${text}`, kind: 'line', points: measured, regime, elr, label: text },
    { name: `walk ${text}`, kind: 'theory', look: 'dashed', points: walked, elr, legend: WALK_NAME },
  ];
}

/**
 * Cosines between weights against the steps between them, a line for each ELR, beside those of random walks with the same step sizes
 * (K6): in divergence they fall on each other, in equilibrium weights stay nearer.
 */
export const randomWalkFigure = (title: string, walks: readonly WalkAtElr[]): Figure => {
  const known = walks.filter(({ cosines }) => cosines.length > 0);
  return {
    name: 'random-walk',
    title: `${title}: cosine between weights against the steps between them`,
    x: { label: 'steps between', scale: 'logarithmic' },
    y: { label: 'cosine', scale: 'linear' },
    series: known.flatMap(seriesOf),
    marks: [],
    details: [
      'colour: ELR, from low (dark) to high (light); dashed: random walk with the step sizes of the same runs (K6)',
      'errors: standard errors over pairs of weights and over seeds',
    ],
    notes: known.length === 0 ? ['no run has kept its weights at three steps or more (--keep)'] : [],
  };
};
