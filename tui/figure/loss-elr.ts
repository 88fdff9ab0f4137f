import type { MeasuredRun } from '../../src/regime/analyse.js';
import { AVERAGE_NAME } from '../../src/regime/averaged-part.js';
import { randomLoss } from '../../toy/theory/points.js';
import { sumOfAlpha } from '../../toy/theory/thresholds.js';
import { thresholdBands } from './brackets.js';
import { elrCurve, levelsAt } from './closed-form.js';
import { elrKey } from './elr-key.js';
import { endingOf } from './ending.js';
import { LINE_NAME, lineThroughRuns } from './equilibrium-line.js';
import { BRACKET_MEANING, FLOOR_ERRORS, LINE_ERRORS, RUN_AVERAGE, RUN_ERRORS } from './error-names.js';
import type { Figure, FigurePoint, FigureRegime, FigureSeries } from './figure.js';
import { floorNotes, noiseFloorLine } from './noise-floor-line.js';
import { hiddenNotes, randomLossOf, type SweepData } from './sweep-data.js';

/** Loss against ELR: where the regimes are, in one picture. */
export interface LossElrOptions {
  /** Lowest and highest ELR; the toy's at the same k is the network's divided by its threshold and by S. */
  readonly range?: readonly [number, number];
}

/** A little above the loss of random points. */
const TOP = 1.2;
/** Decades shown where there is one ELR. */
const DECADES = 5;

/** From the smallest to the largest ELR; a single one lies in the middle of five decades. */
export function elrRangeOf(elrs: readonly number[]): readonly [number, number] | undefined {
  const [low, high] = [Math.min(...elrs), Math.max(...elrs)];
  if (elrs.length === 0) return undefined;
  if (low < high) return [low * (low / high) ** 0.02, high * (high / low) ** 0.02];
  return [low / 10 ** (DECADES / 2), high * 10 ** (DECADES / 2)];
}

/** Loss against ELR of either side. */
const lossFigure = (
  title: string,
  range: readonly [number, number] | undefined,
  rest: Pick<Figure, 'series' | 'marks' | 'notes' | 'bands' | 'details'>,
): Figure => ({
  name: 'loss',
  title: `${title}: loss against ELR`,
  x: { label: 'ELR', scale: 'logarithmic', ...(range && { range }) },
  y: { label: 'loss / loss of random points', scale: 'linear', range: [0, TOP] },
  ...rest,
});

/** The standard error of a loss as a fraction of that of random points, known with an error itself. */
function relativeError({ loss, errors, randomLoss: random, randomLossError }: MeasuredRun): number {
  return errors === null ? Number.NaN : Math.hypot(errors.loss / random, (loss * randomLossError) / random ** 2);
}

/** T4 through two equilibria in the same units: where A is not the loss of random points, it is another curve. */
function throughRuns(
  { verification }: Pick<SweepData, 'verification'>,
  range: readonly [number, number],
): FigureSeries[] {
  const line = lineThroughRuns(verification.runs);
  if (line === undefined) return [];
  const random = randomLossOf({ verification });
  const form = { threshold: line.threshold, randomLoss: line.limit / random };
  const curve = elrCurve(range, form.threshold, (elr) => levelsAt(form, elr).loss);
  // Below its threshold the line is not a level that has an error.
  const points = curve.points.map((point) =>
    point.x < form.threshold ? point : { ...point, error: line.errorAt(point.x) / random },
  );
  return [{ ...curve, points, name: LINE_NAME, look: 'dashed' }];
}

/**
 * The network's runs, seeds together, over the floor at which their own noise holds them (T14). T4 is there to be compared with, dashed,
 * through two of them.
 */
export function networkLossFigure(
  { title, threshold, verification, hidden }: Omit<SweepData, 'runs'>,
  { range }: LossElrOptions = {},
): Figure {
  const points = verification.runs.map(
    (run): FigurePoint => ({
      x: run.elr,
      y: run.loss / run.randomLoss,
      error: relativeError(run),
      regime: run.regime,
      ...endingOf(run),
      key: elrKey(run.elr),
    }),
  );
  const shown = range ?? elrRangeOf(verification.runs.map(({ elr }) => elr));
  const bands = thresholdBands(verification.thresholds);
  const floor = noiseFloorLine(verification.runs);
  const line = shown === undefined ? [] : throughRuns({ verification }, shown);
  return lossFigure(title, shown, {
    series: [{ name: 'runs', kind: 'points', points }, ...floor, ...line],
    marks: threshold === undefined ? [] : [{ x: threshold, name: 'k = 1 by R', kind: 'threshold' }],
    bands,
    notes: hiddenNotes(hidden),
    details: [
      ...(points.length === 0 ? [] : [RUN_AVERAGE, RUN_ERRORS]),
      ...(floor.length === 0 ? [] : [FLOOR_ERRORS]),
      ...(line.length === 0 ? [] : [LINE_ERRORS]),
      ...floorNotes(verification.runs),
      ...(bands.length === 0 ? [] : [BRACKET_MEANING]),
    ],
  });
}

/** A run of the toy, simulated. */
export interface ToyPoint {
  readonly elr: number;
  readonly relativeLoss: number;
  readonly regime: FigureRegime;
  readonly collapsed?: boolean;
}

/** The toy's runs over its closed form. */
export function toyLossFigure(
  { alpha, tolerance, points }: { alpha: readonly number[]; tolerance: number; points: readonly ToyPoint[] },
  { range }: LossElrOptions = {},
): Figure {
  const form = { threshold: 1 / sumOfAlpha(alpha), randomLoss: 1 };
  const shown = range ?? elrRangeOf(points.map(({ elr }) => elr));
  const simulated = points.map(
    ({ elr, relativeLoss, regime, collapsed = false }): FigurePoint => ({
      x: elr,
      y: collapsed ? Number.NaN : relativeLoss,
      regime,
      key: elrKey(elr),
    }),
  );
  return lossFigure(`toy, alpha ${alpha.join(',')}`, shown, {
    series: [
      { name: 'runs', kind: 'points', points: simulated },
      ...(shown ? [elrCurve(shown, form.threshold, (elr) => levelsAt(form, elr).loss)] : []),
    ],
    marks: [
      { x: form.threshold, name: 'chaotic equilibrium from', kind: 'threshold' },
      { x: form.threshold / tolerance, name: 'divergence from', kind: 'threshold' },
    ],
    notes: [AVERAGE_NAME],
  });
}

/** The closed form of a toy as that of a network is given: S / 2 and 1 / S. */
export const toyForm = (alpha: readonly number[]) => ({
  threshold: 1 / sumOfAlpha(alpha),
  randomLoss: randomLoss(alpha),
});
