import { formatNumber } from '../../src/text/output.js';
import { type ClosedForm, levelLine, levelsAt } from './closed-form.js';
import { smooth } from './decimate.js';
import { elrVariant } from './elr-key.js';
import { endingFields } from './ending.js';
import type { Figure, FigurePoint, FigureRegime, FigureSeries, RunEnding } from './figure.js';
import { FLOOR_NAME } from './noise-floor-line.js';
import type { RunData, RunSeries } from './sweep-data.js';

/** One run against step, epoch or time. */
export const TRAJECTORY_QUANTITIES = ['loss', 'error', 'egn', 'ess', 'shares', 'group-ess'] as const;
/** One of `TRAJECTORY_QUANTITIES`. */
export type TrajectoryQuantity = (typeof TRAJECTORY_QUANTITIES)[number];
/** What a run is drawn against. */
export const TRAJECTORY_AXES = ['step', 'epoch', 'time'] as const;
/** One of `TRAJECTORY_AXES`. */
export type TrajectoryAxis = (typeof TRAJECTORY_AXES)[number];

/** What is drawn of a run, and how it is smoothed. */
export interface TrajectoryOptions {
  readonly quantity?: TrajectoryQuantity;
  readonly axis?: TrajectoryAxis;
  /** Weight of the past in a moving average drawn over the steps, from 0 (none) to below 1. */
  readonly smoothing?: number;
  /** Whether the lowest and highest steps behind each mean are drawn; default: they are, where nothing is smoothed. */
  readonly hasRanges?: boolean;
  /** What a run of the toy is predicted by; the level is drawn where it has one. */
  readonly form?: ClosedForm | undefined;
  /** The loss at which noise holds a run of a network (T14). */
  readonly floor?: number | undefined;
}

const LABEL: Readonly<Record<TrajectoryQuantity, string>> = {
  loss: 'loss',
  error: 'error',
  egn: 'EGN',
  ess: 'ESS',
  shares: 'norm share',
  'group-ess': 'ESS of each group',
};

/** What of a run is needed; a run of the toy has no epochs, time or error. */
export type TrajectoryRun = Pick<RunData, 'elr' | 'groups'> &
  Partial<Pick<RunData, 'stepsPerEpoch' | 'seconds' | 'stepsTaken' | 'folder' | 'seed'>> & {
    readonly title: string;
    readonly regime: FigureRegime | undefined;
    readonly ending?: RunEnding | undefined;
    readonly series: Pick<RunSeries, 'step' | 'loss' | 'egn' | 'ess' | 'within'> & Partial<Pick<RunSeries, 'error'>>;
  };

interface Horizontal {
  readonly label: string;
  of(step: number): number;
}

/** Steps are recorded without a clock: time is spread evenly over them. */
function horizontal(run: TrajectoryRun, axis: TrajectoryAxis): Horizontal | undefined {
  if (axis === 'step') return { label: 'step', of: (step) => step };
  if (axis === 'epoch' && run.stepsPerEpoch) return { label: 'epoch', of: (step) => (step + 1) / run.stepsPerEpoch! };
  if (axis === 'time' && run.seconds !== undefined && run.stepsTaken)
    return {
      label: 'seconds, spread evenly over the steps',
      of: (step) => ((step + 1) * run.seconds!) / run.stepsTaken!,
    };
  return undefined;
}

const joined = (steps: readonly number[], { of }: Horizontal, values: readonly number[]): FigurePoint[] =>
  steps.map((step, i) => ({ x: of(step), y: values[i] ?? Number.NaN }));

function groupLines(run: TrajectoryRun, along: Horizontal, of: 'share' | 'ess'): FigureSeries[] {
  return (run.groups ?? []).map((group) => ({
    name: group.name,
    kind: 'line',
    points: joined(run.series.step, along, group[of]),
  }));
}

/** Beginning of the name that a legend has for the lowest and highest steps behind each mean. */
export const RANGE_NAME = 'range of';

/** The lowest and the highest of the steps behind each mean, where values are means. */
function rangeLines(
  { series: { step, within } }: TrajectoryRun,
  along: Horizontal,
  quantity: 'loss' | 'error' | 'egn' | 'ess',
): FigureSeries[] {
  const range = within?.[quantity];
  if (within === undefined || range === undefined) return [];
  const steps = `of each ${within.window} steps`;
  return (['low', 'high'] as const).map((edge) => ({
    ...{ name: `${edge}est ${steps}`, kind: 'line', look: 'faint', legend: `${RANGE_NAME} ${within.window} steps` },
    points: joined(step, along, range[edge]),
  }));
}

function jointLines(
  run: TrajectoryRun,
  along: Horizontal,
  quantity: 'loss' | 'error' | 'egn' | 'ess',
  { smoothing, hasRanges }: { readonly smoothing: number; readonly hasRanges: boolean },
): FigureSeries[] {
  const values = run.series[quantity] ?? [];
  const line = (name: string, of: readonly number[]): FigureSeries => ({
    ...{ name, kind: 'line', points: joined(run.series.step, along, of), regime: run.regime },
    ...endingFields(run.ending),
    ...(run.folder !== undefined && { key: run.folder }),
  });
  const { within } = run.series;
  const raw = line(LABEL[quantity], values);
  const { regime: _, ...steps } = raw;
  if (smoothing === 0) return [...(hasRanges ? rangeLines(run, along, quantity) : []), raw];
  return [
    { ...steps, name: within ? `means of ${within.window} steps` : 'steps', look: 'faint' },
    line('moving average', smooth(values, smoothing)),
  ];
}

function level(
  run: TrajectoryRun,
  points: readonly FigurePoint[],
  quantity: TrajectoryQuantity,
  { form, floor = Number.NaN }: Pick<TrajectoryOptions, 'form' | 'floor'>,
): FigureSeries[] {
  const [first, last] = [points[0]?.x, points.at(-1)?.x];
  if (quantity === 'loss' && floor > 0 && first !== undefined && last !== undefined)
    return [levelLine(floor, [first, last], undefined, FLOOR_NAME)];
  const of = quantity === 'group-ess' ? 'ess' : quantity;
  if (form === undefined || first === undefined || last === undefined || of === 'error' || of === 'shares') return [];
  const y = levelsAt(form, run.elr)[of];
  return y > 0 ? [levelLine(y, [first, last])] : [];
}

/**
 * Loss, error, EGN, ESS or the groups' shares or ESS of one run, with its level over it: the closed form of the toy, the noise floor of a
 * network.
 *
 * @example
 * const [run] = sweepData([readRun('runs/one')], { title: 'one run' }).runs; // one for which `hasElr` holds
 * const figure = trajectoryFigure({ ...run, title: 'one run', regime: run.measured?.regime }, { quantity: 'egn' });
 * console.log(figureText(figure, { width: 60, height: 12 }).split('\n').length); // 12
 */
export function trajectoryFigure(
  run: TrajectoryRun,
  { quantity = 'loss', axis = 'step', smoothing = 0, hasRanges = true, form, floor }: TrajectoryOptions = {},
): Figure {
  const known = horizontal(run, axis);
  const along = known ?? horizontal(run, 'step')!;
  const isOfGroups = quantity === 'shares' || quantity === 'group-ess';
  const lines = isOfGroups
    ? groupLines(run, along, quantity === 'shares' ? 'share' : 'ess')
    : jointLines(run, along, quantity, { smoothing, hasRanges });
  const { within } = run.series;
  const isRanged = hasRanges && !isOfGroups && smoothing === 0;
  const needed = axis === 'time' ? 'how long the run took is not known (yet)' : 'epochs are not known';
  return {
    name: 'trajectory',
    variant: [quantity, ...(known && axis !== 'step' ? [axis] : []), elrVariant(run)],
    title: `${run.title}, ELR ${formatNumber(run.elr)}: ${LABEL[quantity]} against ${known ? axis : 'step'}`,
    x: { label: along.label, scale: 'linear' },
    y: { label: LABEL[quantity], scale: quantity === 'error' || quantity === 'shares' ? 'linear' : 'logarithmic' },
    series: [...lines, ...level(run, lines.at(-1)?.points ?? [], quantity, { form, floor })],
    marks: [],
    ...(smoothing > 0 && !isOfGroups && { details: [`moving average: weight ${smoothing} of the past a step`] }),
    notes: [
      ...(known ? [] : [`against step: ${needed}`]),
      ...(within === undefined
        ? []
        : [
            isRanged
              ? `means of ${within.window} steps, their range in grey`
              : `each point is the mean of ${within.window} steps`,
          ]),
      ...(isOfGroups && lines.length === 0 ? ['the steps of groups are not known'] : []),
    ],
  };
}
