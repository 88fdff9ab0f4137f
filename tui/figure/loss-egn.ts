import { formatNumber } from '../../src/text/output.js';
import { type ClosedForm, levelsAt, logarithmicSteps, THEORY_NAME } from './closed-form.js';
import { bucketMeansOf } from './decimate.js';
import { dimensionlessPlane, type PlaneAxes, placeOf, planeAxes } from './dimensionless-plane.js';
import { endingFields, endingOf } from './ending.js';
import { lineThroughRuns } from './equilibrium-line.js';
import type { Figure, FigurePoint, FigureRegime, FigureSeries, RunEnding } from './figure.js';
import { hiddenNotes, type RunData, type RunSeries, type SweepData } from './sweep-data.js';

/** Points of a path: enough to see where it goes, few enough not to hide the others. */
const PATH = 40;
/** Digits of the ELR at the end of a path: more would take room from others. */
const LABEL_DIGITS = 3;
/** k - 1 from next to the threshold to far into divergence. */
const EXCESS = [1e-6, 1e4] as const;

/** A run as a path through the plane. */
export interface PathRun {
  readonly label: string;
  readonly key: string;
  readonly regime: FigureRegime;
  readonly ending?: RunEnding | undefined;
  readonly series: Pick<RunSeries, 'loss' | 'egn' | 'ess' | 'floor'>;
  readonly elr?: number;
  /** Averages of a run that keeps a level, where its mark stands: a single part of a run may be far from them. Default: at its end. */
  readonly level?: { readonly loss: number; readonly noiseShare: number } | undefined;
}

const pathOf = ({ series: _, level: __, ...run }: PathRun, points: readonly FigurePoint[]): FigureSeries => ({
  ...{ name: `path, ELR ${run.label}`, kind: 'path', regime: run.regime, label: run.label, key: run.key },
  ...endingFields(run.ending),
  ...(run.elr !== undefined && { elr: run.elr }),
  points,
});

/** Means of equal parts of a run: single steps scatter by more than the runs differ. */
const partsOf = (loss: readonly number[], values: readonly number[]): readonly FigurePoint[] =>
  bucketMeansOf(
    loss.map((x, i) => ({ x, y: values[i] ?? Number.NaN })),
    PATH,
  );

/** ELR |g|^2 / 4 of each step: as recorded, or of steps without momentum. */
const floorsOf = ({ floor, egn, ess }: PathRun['series']): readonly number[] =>
  floor ?? ess.map((size, i) => (size * (egn[i] ?? Number.NaN)) / 4);

/** The path of a run in the plane that toy and network share. */
export function dimensionlessPath(run: PathRun, randomLoss: number): FigureSeries {
  const { series, level } = run;
  const parts = partsOf(series.loss, floorsOf(series)).map(({ x: loss, y: floor }) => ({ loss, floor }));
  const kept = level === undefined ? [] : [{ loss: level.loss, floor: level.noiseShare * level.loss }];
  return pathOf(
    run,
    [...parts, ...kept].map((levels) => placeOf({ ...levels, randomLoss })),
  );
}

/** All equilibria: g^2 / S^2 = 4 f (1 - f), f = F / S (T4), where S is twice the loss of random points and 1 / threshold. */
function equilibriumCurve(form: ClosedForm): FigureSeries {
  const points = logarithmicSteps(...EXCESS).map((excess): FigurePoint => {
    const { loss, egn } = levelsAt(form, form.threshold * (1 + excess));
    return { x: loss, y: egn };
  });
  return { name: `${THEORY_NAME} g²/S² = 4f(1-f)`, kind: 'theory', look: 'dashed', points };
}

const COLORS = 'colour and, as far as there is room, labels: ELR, from low (dark) to high (light)';
const PATHS = [
  `each path: means of ${PATH} equal parts of a run; the mark at its end: regime, of runs that keep a level at their means`,
  COLORS,
];
const RAW_PATHS = [`each path: means of ${PATH} equal parts of a run; the mark at its end: regime`, COLORS];

const pathRun = ({ folder, elr, measured, series }: RunData): PathRun => ({
  label: formatNumber(elr, LABEL_DIGITS),
  elr,
  key: folder,
  regime: measured?.regime ?? 'undecided',
  ...endingOf(measured),
  series,
  ...(measured?.stationary && { level: { loss: measured.loss, noiseShare: measured.noiseShare.value } }),
});

/** Loss and EGN as they are, where their units are not known; T4 goes through two equilibria, to be compared with. */
function rawPlane({ title, verification }: SweepData, runs: readonly PathRun[]): Figure {
  const line = lineThroughRuns(verification.runs);
  const curve = line && equilibriumCurve({ threshold: line.threshold, randomLoss: line.limit });
  return {
    name: 'loss-egn',
    title: `${title}: EGN against loss`,
    x: { label: 'loss', scale: 'logarithmic' },
    y: { label: 'EGN', scale: 'logarithmic' },
    series: [...runs.map((run) => pathOf(run, partsOf(run.series.loss, run.series.egn))), ...(curve ? [curve] : [])],
    marks: [],
    notes: ['raw: the loss of random points is not known', ...(curve ? [] : ['T4 takes two runs in equilibrium'])],
    details: RAW_PATHS,
  };
}

/** How the plane of a network is drawn. */
export interface PlaneOptions {
  /** Axes of a plane beside it; default: as long as what is drawn. */
  readonly axes?: PlaneAxes | undefined;
}

const begunOf = ({ runs }: SweepData): readonly RunData[] => runs.filter(({ series }) => series.step.length > 0);

const hasUnits = ({ measured }: RunData): boolean => measured !== undefined && measured.randomLoss > 0;

const pathsOf = (runs: readonly RunData[]): FigureSeries[] =>
  runs.map((run) => dimensionlessPath(pathRun(run), run.measured!.randomLoss));

/** Axes of the plane that a sweep shares with the toy; undefined where the loss of random points of a run is not known. */
export function networkAxes(sweep: SweepData): PlaneAxes | undefined {
  const runs = begunOf(sweep);
  return runs.every(hasUnits) ? planeAxes(pathsOf(runs).flatMap(({ points }) => points)) : undefined;
}

/**
 * The plane of a sweep: loss in units of that of random points L, and EGN sqrt(ELR / 2L), which for each run makes R = y^2 / (2x); paths of
 * the runs, each ending in the mark of its regime. Where a run does not know L, loss and EGN as they are.
 */
export function networkPlaneFigure(sweep: SweepData, { axes }: PlaneOptions = {}): Figure {
  const begun = begunOf(sweep);
  const notes = hiddenNotes(sweep.hidden);
  const own = networkAxes(sweep);
  if (own === undefined) {
    const raw = rawPlane(sweep, begun.map(pathRun));
    return { ...raw, notes: [...raw.notes, ...notes] };
  }
  const isBound = begun.some(({ measured }) => measured!.noiseShare.isUpperEstimate);
  return dimensionlessPlane({
    title: sweep.title,
    series: pathsOf(begun),
    axes: axes ?? own,
    theory: 'dashed',
    notes,
    details: [
      ...(begun.length === 0 ? [] : PATHS),
      ...(isBound ? ['runs with momentum that do not record how far steps go: R is at most what is shown'] : []),
    ],
  });
}
