import type { MeasuredRun } from '../../src/measure.js';
import { THEORY_NAME } from './closed-form.js';
import type { Figure, FigurePoint, FigureSeries } from './figure.js';
import { elrKey } from './loss-elr.js';
import { randomLossOf, type SweepData } from './sweep-data.js';

const settled = ({ regime }: MeasuredRun): boolean => regime === 'chaotic equilibrium' || regime === 'divergence';

const pointOf = ({ elr, loss, errors, regime }: MeasuredRun): FigurePoint => ({
  x: 1 / elr,
  y: loss,
  error: errors?.loss ?? Number.NaN,
  regime,
  key: elrKey(elr),
});

/** F = A - B / elr with A the loss of random points and B = A elr_c, from 1 / elr = 0 to where it is zero. */
const closedLine = (threshold: number, randomLoss: number): FigureSeries => ({
  name: `${THEORY_NAME} F = A - B/ELR`,
  kind: 'theory',
  points: [
    { x: 0, y: randomLoss },
    { x: 1 / threshold, y: 0 },
  ],
});

/** Loss of runs that keep their level against 1 / ELR: a straight line by T4, which crosses zero at 1 / elr_c. */
export function equilibriumLineFigure({ title, threshold, verification }: Omit<SweepData, 'runs'>): Figure {
  const runs = verification.runs.filter(settled);
  const random = randomLossOf({ verification });
  return {
    name: 'line',
    title: `${title}: loss of equilibria against 1 / ELR`,
    x: { label: '1 / ELR', scale: 'linear' },
    y: { label: 'loss', scale: 'linear' },
    series: [
      { name: 'runs', kind: 'points', points: runs.map(pointOf) },
      ...(threshold === undefined ? [] : [closedLine(threshold, random)]),
    ],
    marks: threshold === undefined ? [] : [{ x: 1 / threshold, name: 'convergence from', kind: 'threshold' }],
    notes: runs.length === 0 ? ['no run in equilibrium or divergence yet'] : [],
  };
}
