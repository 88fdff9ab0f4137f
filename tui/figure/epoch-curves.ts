import { mean } from '../../src/numerics/means.js';
import { formatNumber } from '../../src/text/output.js';
import { levelLine } from './closed-form.js';
import { endingOf } from './ending.js';
import type { Figure, FigurePoint, FigureSeries } from './figure.js';
import { FLOOR_NAME, noiseFloorOf } from './noise-floor-line.js';
import { type EpochValues, hiddenNotes, type RunData, type SweepData } from './sweep-data.js';

/** Quantities against epoch, a line a run. */
export const EPOCH_QUANTITIES = ['loss', 'error', 'test-error', 'egn'] as const;
/** One of `EPOCH_QUANTITIES`. */
export type EpochQuantity = (typeof EPOCH_QUANTITIES)[number];

const DRAWN: Readonly<
  Record<
    EpochQuantity,
    { readonly label: string; readonly of: keyof EpochValues; readonly scale: 'linear' | 'logarithmic' }
  >
> = {
  loss: { label: 'training loss', of: 'loss', scale: 'logarithmic' },
  error: { label: 'training error', of: 'error', scale: 'linear' },
  'test-error': { label: 'test error', of: 'testError', scale: 'linear' },
  egn: { label: 'EGN', of: 'egn', scale: 'logarithmic' },
};

/** Means over the steps of each epoch, in its middle. */
export function epochMeans({ series, stepsPerEpoch }: Pick<RunData, 'series' | 'stepsPerEpoch'>): EpochValues[] {
  const groups = new Map<number, number[]>();
  for (const [i, step] of series.step.entries()) {
    const epoch = Math.floor(step / stepsPerEpoch);
    const known = groups.get(epoch);
    if (known) known.push(i);
    else groups.set(epoch, [i]);
  }
  return [...groups.values()].map((places) => {
    const over = (values: readonly number[]): number => mean(places.map((i) => values[i]!));
    return {
      epoch: (over(series.step) + 0.5) / stepsPerEpoch,
      loss: over(series.loss),
      error: over(series.error),
      testError: Number.NaN,
      egn: over(series.egn),
    };
  });
}

/** Measurements on all images where a run has two of them at least, else means of steps. */
const valuesOf = (run: RunData): readonly EpochValues[] =>
  run.epochs !== undefined && run.epochs.length > 1 ? run.epochs : epochMeans(run);

function notesOf(runs: readonly RunData[], isTest: boolean): string[] {
  const without = runs.filter(({ epochs }) => epochs === undefined || epochs.length < 2).length;
  if (without === 0) return [];
  if (isTest) return [`${without} of ${runs.length} runs without measurements on the way (--measure)`];
  return [
    without === runs.length
      ? 'means over the steps of each epoch'
      : `${without} of ${runs.length} runs: means of steps`,
  ];
}

/** Of the axis, where a level is drawn: late, where runs have settled. */
const LATE = 0.75;

/** The floor at which its own noise holds each run in equilibrium (T14); of other quantities nothing is predicted. */
function levels({ verification: { runs } }: SweepData, quantity: EpochQuantity, end: number): FigureSeries[] {
  if (quantity !== 'loss') return [];
  return runs
    .filter(({ regime }) => regime === 'chaotic equilibrium')
    .filter((run) => Number.isFinite(noiseFloorOf(run)))
    .map((run) => ({
      ...levelLine(noiseFloorOf(run), [LATE * end, end], `floor ${formatNumber(run.elr)}`, FLOOR_NAME),
      elr: run.elr,
    }));
}

/** Loss, errors or EGN against epoch for all runs of a sweep, each in the colour of its regime, its ELR at its end. */
export function epochFigure(sweep: SweepData, quantity: EpochQuantity): Figure {
  const { label, of, scale } = DRAWN[quantity];
  const isTest = quantity === 'test-error';
  const seeds = new Set(sweep.runs.map(({ seed }) => seed));
  const series = sweep.runs.map((run): FigureSeries => {
    const values = valuesOf(run).filter((each) => !isTest || !Number.isNaN(each.testError));
    return {
      name: `ELR ${formatNumber(run.elr)}${seeds.size > 1 ? `, seed ${run.seed}` : ''}`,
      kind: 'line',
      points: values.map((each): FigurePoint => ({ x: each.epoch, y: each[of] })),
      regime: run.measured?.regime ?? 'undecided',
      ...endingOf(run.measured),
      label: formatNumber(run.elr),
      elr: run.elr,
      key: run.folder,
    };
  });
  const end = series.reduce((last, { points }) => Math.max(last, points.at(-1)?.x ?? 0), 0);
  const floors = end > 0 ? levels(sweep, quantity, end) : [];
  return {
    name: `epoch-${quantity}`,
    title: `${sweep.title}: ${label} against epoch`,
    x: { label: 'epoch', scale: 'linear' },
    y: { label, scale },
    series: [...series, ...floors],
    marks: [],
    details: [
      'colour: ELR, from low (dark) to high (light); the mark at the end of a line: regime',
      ...(floors.length === 0 ? [] : ['noise floor: of each run in equilibrium, in the colour of its ELR (T14)']),
    ],
    notes: [...notesOf(sweep.runs, isTest), ...hiddenNotes(sweep.hidden)],
  };
}
