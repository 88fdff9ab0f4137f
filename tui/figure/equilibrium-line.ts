import type { MeasuredRun } from '../../src/measure.js';
import { stationaryEquilibria } from '../../src/predictions/thresholds.js';
import { equilibriumLine } from '../../toy/theory.js';
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

/** The line through the first two equilibria, from which the threshold is read. */
function measuredLine(runs: readonly MeasuredRun[]): FigureSeries[] {
  const [first, second] = stationaryEquilibria(runs);
  if (first === undefined || second === undefined) return [];
  const { threshold } = equilibriumLine(first, second);
  if (!(threshold > 0 && threshold < first.elr)) return [];
  // F = A (1 - threshold / elr) at the first of them.
  const limit = first.loss / (1 - threshold / first.elr);
  const points = [
    { x: 0, y: limit },
    { x: 1 / threshold, y: 0 },
  ];
  return [{ name: 'line through the first two equilibria', kind: 'theory', look: 'dashed', points }];
}

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
      ...measuredLine(verification.runs),
    ],
    marks: threshold === undefined ? [] : [{ x: 1 / threshold, name: 'convergence from', kind: 'threshold' }],
    notes: runs.length === 0 ? ['no run in equilibrium or divergence yet'] : [],
  };
}
