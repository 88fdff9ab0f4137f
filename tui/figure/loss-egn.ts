import { formatNumber } from '../../src/text/output.js';
import { type ClosedForm, levelsAt, logarithmicSteps, THEORY_NAME } from './closed-form.js';
import { bucketMeansOf } from './decimate.js';
import { endingFields, endingOf } from './ending.js';
import { lineThroughRuns } from './equilibrium-line.js';
import type { Figure, FigurePoint, FigureRegime, FigureSeries, RunEnding } from './figure.js';
import { hiddenNotes, type RunData, randomLossOf, type SweepData } from './sweep-data.js';

/** Points of a path: enough to see where it goes, few enough not to hide the others. */
const PATH = 40;
/** k - 1 from next to the threshold to far into divergence. */
const EXCESS = [1e-6, 1e4] as const;

/** All equilibria: g^2 / S^2 = 4 f (1 - f), f = F / S (T4), where S is twice the loss of random points and 1 / threshold. */
export function equilibriumCurve(form: ClosedForm): FigureSeries {
  const points = logarithmicSteps(...EXCESS).map((excess): FigurePoint => {
    const { loss, egn } = levelsAt(form, form.threshold * (1 + excess));
    return { x: loss, y: egn };
  });
  return { name: `${THEORY_NAME} g²/S² = 4f(1-f)`, kind: 'theory', points };
}

export interface PathRun {
  readonly label: string;
  readonly key: string;
  readonly regime: FigureRegime;
  readonly ending?: RunEnding | undefined;
  readonly loss: readonly number[];
  readonly egn: readonly number[];
  readonly elr?: number;
}

/** The path as means of equal parts: single steps scatter by more than the runs differ. */
const pathOf = ({ loss, egn, ...run }: PathRun): FigureSeries => ({
  ...{ name: `path, ELR ${run.label}`, kind: 'path', regime: run.regime, label: run.label, key: run.key },
  ...endingFields(run.ending),
  ...(run.elr !== undefined && { elr: run.elr }),
  points: bucketMeansOf(
    loss.map((x, i) => ({ x, y: egn[i] ?? Number.NaN })),
    PATH,
  ),
});

export interface PlaneOptions extends Pick<FigureSeries, 'look'> {
  /** Mean loss of random points; default: where the curve ends. */
  readonly randomLoss?: number;
}

/** EGN against loss: paths of runs, and the curve on which they come to rest where they are in equilibrium. */
export function planeFigure(
  title: string,
  runs: readonly PathRun[],
  form: ClosedForm | undefined,
  { look, randomLoss: random = form?.randomLoss ?? Number.NaN }: PlaneOptions = {},
): Figure {
  return {
    name: 'loss-egn',
    title: `${title}: EGN against loss`,
    x: { label: 'loss', scale: 'logarithmic' },
    y: { label: 'EGN', scale: 'logarithmic' },
    series: [...runs.map(pathOf), ...(form ? [{ ...equilibriumCurve(form), ...(look && { look }) }] : [])],
    marks: random > 0 ? [{ x: random, name: 'loss of random points', kind: 'threshold' }] : [],
    notes: form === undefined && runs.length > 0 ? ['T4 has no curve yet: it takes two runs in equilibrium'] : [],
    details:
      runs.length === 0
        ? []
        : [
            `each path: means of ${PATH} equal parts of a run; the mark at its end: regime`,
            'colour and, as far as there is room, labels: ELR, from low (dark) to high (light)',
          ],
  };
}

const pathRun = ({ folder, elr, measured, series }: RunData): PathRun => ({
  label: formatNumber(elr),
  elr,
  key: folder,
  regime: measured?.regime ?? 'undecided',
  ...endingOf(measured),
  loss: series.loss,
  egn: series.egn,
});

/** The plane of a sweep; each path ends in the mark of its regime. T4's curve goes through two equilibria, to be compared with. */
export function networkPlaneFigure({ title, runs, verification, hidden }: SweepData): Figure {
  const line = lineThroughRuns(verification.runs);
  const form = line && { threshold: line.threshold, randomLoss: line.limit };
  const begun = runs.filter(({ series }) => series.step.length > 0).map(pathRun);
  const figure = planeFigure(title, begun, form, { look: 'dashed', randomLoss: randomLossOf({ verification }) });
  return { ...figure, notes: [...figure.notes, ...hiddenNotes(hidden)] };
}
