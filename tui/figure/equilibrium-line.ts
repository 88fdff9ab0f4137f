import type { MeasuredRun } from '../../src/regime/analyse.js';
import { stationaryEquilibria } from '../../src/verify/threshold-rows.js';
import { equilibriumLine } from '../../toy/theory/equilibrium.js';
import { thresholdBands } from './brackets.js';
import { elrKey } from './elr-key.js';
import { BRACKET_MEANING, LINE_ERRORS, RUN_AVERAGE, RUN_ERRORS } from './error-names.js';
import type { Figure, FigurePoint, FigureSeries } from './figure.js';
import type { SweepData } from './sweep-data.js';

/** F = A (1 - threshold / elr) through the first two equilibria, from which the threshold is read. */
export interface LineThroughRuns {
  readonly threshold: number;
  /** A: in the toy the loss of random points. */
  readonly limit: number;
  /** Standard error of F at an ELR, from those of the two losses; NaN where one of them is not known. */
  errorAt(elr: number): number;
}

export const LINE_NAME = 'line through two equilibria';

/** undefined without two of them, and where the line crosses zero above them or nowhere. */
export function lineThroughRuns(runs: readonly MeasuredRun[]): LineThroughRuns | undefined {
  const [first, second] = stationaryEquilibria(runs);
  if (first === undefined || second === undefined) return undefined;
  const { threshold } = equilibriumLine(first, second);
  if (!(threshold > 0 && threshold < first.elr)) return undefined;
  return { threshold, limit: first.loss / (1 - threshold / first.elr), errorAt: errorOfLine(first, second) };
}

/** On a straight line in 1 / elr the losses of the two runs count by their distances: weights (x2 - x) and (x - x1) over x2 - x1. */
function errorOfLine(first: MeasuredRun, second: MeasuredRun): (elr: number) => number {
  const [x1, x2] = [1 / first.elr, 1 / second.elr];
  const [e1, e2] = [first, second].map(({ errors }) => errors?.loss ?? Number.NaN);
  return (elr) => Math.hypot((e1! * (x2 - 1 / elr)) / (x2 - x1), (e2! * (1 / elr - x1)) / (x2 - x1));
}

const settled = ({ regime }: MeasuredRun): boolean => regime === 'chaotic equilibrium' || regime === 'divergence';

const pointOf = ({ elr, loss, errors, regime }: MeasuredRun): FigurePoint => ({
  x: 1 / elr,
  y: loss,
  error: errors?.loss ?? Number.NaN,
  regime,
  key: elrKey(elr),
});

/** Points of the straight line: its band is curved. */
const POINTS = 49;

/** F = A - B / elr with B = A threshold, from 1 / elr = 0 to where it is zero. */
const straightLine = (name: string, { threshold, limit, errorAt }: LineThroughRuns): FigureSeries => ({
  name,
  kind: 'theory',
  look: 'dashed',
  points: Array.from({ length: POINTS }, (_, i) => {
    const part = i / (POINTS - 1);
    return { x: part / threshold, y: limit * (1 - part), error: errorAt(threshold / part) };
  }),
});

/**
 * Loss of runs that keep their level against 1 / ELR: a straight line by T4, which crosses zero at 1 / elr_c. It goes through the first
 * two equilibria, so the others can be compared with it.
 */
export function equilibriumLineFigure({ title, threshold, verification }: Omit<SweepData, 'runs'>): Figure {
  const runs = verification.runs.filter(settled);
  const measured = lineThroughRuns(verification.runs);
  const thresholds = thresholdBands(verification.thresholds);
  const bands = thresholds.map(({ from, to, name }) => ({ from: 1 / to, to: 1 / from, name }));
  return {
    name: 'line',
    title: `${title}: loss of equilibria against 1 / ELR`,
    x: { label: '1 / ELR', scale: 'linear' },
    y: { label: 'loss', scale: 'linear' },
    series: [
      { name: 'runs', kind: 'points', points: runs.map(pointOf) },
      ...(measured === undefined ? [] : [straightLine(LINE_NAME, measured)]),
    ],
    marks: threshold === undefined ? [] : [{ x: 1 / threshold, name: 'k = 1 by R', kind: 'threshold' }],
    bands,
    notes: runs.length === 0 ? ['no run in equilibrium or divergence yet'] : [],
    details: [
      ...(runs.length === 0 ? [] : [RUN_AVERAGE, RUN_ERRORS]),
      ...(measured === undefined ? [] : [LINE_ERRORS]),
      ...(bands.length === 0 ? [] : [BRACKET_MEANING]),
    ],
  };
}
