import { expect, it } from 'vitest';
import { nothingToDraw } from '../../../tui/figure/drawable.js';
import { randomWalkFigure } from '../../../tui/figure/random-walk.js';

const combined = (mean: number) => ({ mean, error: 0.01, between: 0.01, within: 0.01, runs: 2 });

it('the figure of random walks has a line and a walk for each ELR that has kept weights', () => {
  const cosines = [1, 2].map((lag) => ({ lag, measured: combined(1 / lag), walk: 1 / lag ** 2 }));
  const figure = randomWalkFigure('net', [
    { elr: 0.06, regime: 'divergence', cosines },
    { elr: 0.001, regime: 'convergence', cosines: [] },
  ]);
  expect(figure.series).toMatchObject([
    {
      kind: 'line',
      regime: 'divergence',
      label: '0.06',
      points: [
        { x: 1, y: 1 },
        { x: 2, y: 0.5, error: 0.01 },
      ],
    },
    {
      kind: 'theory',
      points: [
        { x: 1, y: 1 },
        { x: 2, y: 0.25 },
      ],
    },
  ]);
  expect(nothingToDraw(figure)).toBeUndefined();
  expect(nothingToDraw(randomWalkFigure('net', []))).toBe(
    'no run has kept its weights at three steps or more (--keep)',
  );
});
