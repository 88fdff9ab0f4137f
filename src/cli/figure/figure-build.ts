import { evaluateCells } from '../../../toy/phase/cells.js';
import { computePhaseDiagram } from '../../../toy/phase/phase-diagram.js';
import { sumOfAlpha } from '../../../toy/theory/thresholds.js';
import { logarithmicSteps } from '../../../tui/figure/closed-form.js';
import { type EpochQuantity, epochFigure } from '../../../tui/figure/epoch-curves.js';
import { equilibriumLineFigure } from '../../../tui/figure/equilibrium-line.js';
import type { Figure } from '../../../tui/figure/figure.js';
import { networkBarsFigure } from '../../../tui/figure/group-bars.js';
import { networkAxes, networkPlaneFigure } from '../../../tui/figure/loss-egn.js';
import { elrRangeOf, networkLossFigure, toyForm, toyLossFigure } from '../../../tui/figure/loss-elr.js';
import { noiseFloorOf } from '../../../tui/figure/noise-floor-line.js';
import { phaseFigure } from '../../../tui/figure/phase.js';
import { placedRuns } from '../../../tui/figure/placed-runs.js';
import { randomWalkFigure } from '../../../tui/figure/random-walk.js';
import type { RunData, SweepData } from '../../../tui/figure/sweep-data.js';
import { toyPlaneFigure } from '../../../tui/figure/toy-plane.js';
import { trajectoryFigure } from '../../../tui/figure/trajectory.js';
import { type Walk, walkCosines } from '../../experiments/random-walk.js';
import { streamSteps } from '../../run/read-steps.js';
import { isSameRate } from '../../sweep/conditions.js';
import type { SweepRecord } from '../../sweep/sweep-reader.js';
import { UsageError } from '../../system/usage-error.js';
import { Progress } from '../../text/progress.js';
import { type FigureName, TOY_FIGURE_STEPS } from './figure-names.js';
import type { FigureOptions } from './figure-options.js';
import type { FigureSource } from './figure-sweep.js';

const TOY = { points: 81, steps: TOY_FIGURE_STEPS['toy-loss'] };
/** Cells of a diagram across and up, and decades to both sides of the toy's own alpha. */
const PHASE = { columns: 120, rows: 80, decades: 1, steps: TOY_FIGURE_STEPS.phase };

const PHASE_QUANTITIES = ['regime', 'loss', 'ess', 'lyapunov', 'noiseShare'] as const;
const isPhaseQuantity = (quantity: string): quantity is (typeof PHASE_QUANTITIES)[number] =>
  PHASE_QUANTITIES.some((each) => each === quantity);

/** ELR of the toy at the same k, per ELR of the network; undefined while no threshold can be read. */
const toyScale = ({ threshold, alpha }: SweepData): number | undefined =>
  threshold === undefined ? undefined : 1 / (threshold * sumOfAlpha(alpha));

/** ELRs of the toy: those of the runs at the same k, else from a hundredth of its threshold to well into divergence. */
function toyRange({ alpha, tolerance }: FigureOptions, sweep: SweepData | undefined): readonly [number, number] {
  const scale = sweep && toyScale(sweep);
  const range = scale === undefined ? undefined : elrRangeOf(sweep!.verification.runs.map(({ elr }) => elr));
  if (scale !== undefined && range !== undefined) return [range[0] * scale, range[1] * scale];
  const sum = sumOfAlpha(alpha);
  return [0.01 / sum, 100 / (tolerance * sum)];
}

/** Of the plane: k from where noise is a twentieth of the loss to well into divergence, 10 over the tolerance; more runs would hide one another. */
const TOY_PLANE = { points: 29, k: [0.05, 10] } as const;

/** So many runs of the toy over a range of ELRs. */
function toyPoints({ alpha, tolerance }: FigureOptions, range: readonly [number, number], count: number = TOY.points) {
  const elrs = logarithmicSteps(...range, count);
  const cells = evaluateCells(
    elrs.map((elr) => ({ alpha, elr })),
    { steps: TOY.steps, tolerance },
  );
  return cells.map((cell, i) => ({ ...cell, elr: elrs[i]! }));
}

function toyLoss(options: FigureOptions, sweep: SweepData | undefined): Figure {
  const { alpha, tolerance } = options;
  const range = toyRange(options, sweep);
  return toyLossFigure({ alpha, tolerance, points: toyPoints(options, range) }, { range });
}

function toyPlane(options: FigureOptions, sweep: SweepData | undefined): Figure {
  const { alpha, tolerance } = options;
  const sum = sumOfAlpha(alpha);
  const [low, high] = TOY_PLANE.k;
  return toyPlaneFigure({
    title: `toy, alpha ${alpha.join(',')}`,
    points: toyPoints(options, [low / sum, high / (tolerance * sum)], TOY_PLANE.points),
    randomLoss: toyForm(alpha).randomLoss,
    beside: sweep && networkAxes(sweep),
  });
}

async function phase(options: FigureOptions, sweep: SweepData | undefined): Promise<Figure> {
  const { alpha, tolerance, quantity = 'regime' } = options;
  if (!isPhaseQuantity(quantity))
    throw new UsageError(`phase has no quantity ${quantity}; allowed: ${PHASE_QUANTITIES.join(', ')}`);
  const own = alpha.at(-1)!;
  const range = 10 ** PHASE.decades;
  const axis = (name: string, values: readonly number[]) => ({ name, values, scale: 'logarithmic' as const });
  const progress = new Progress();
  const diagram = await computePhaseDiagram(
    { alpha },
    axis('elr', logarithmicSteps(...toyRange(options, sweep), PHASE.columns)),
    axis(`alpha${alpha.length}`, logarithmicSteps(own / range, own * range, PHASE.rows)),
    {
      steps: PHASE.steps,
      tolerance,
      lyapunov: quantity === 'lyapunov',
      onProgress: (done) => progress.update(done, 1, 'phase diagram'),
    },
  );
  progress.end();
  const { runs, notes } = placedRuns(sweep?.verification.runs ?? [], alpha);
  const figure = phaseFigure(diagram, { alpha, tolerance, quantity, runs });
  return { ...figure, notes: [...figure.notes, ...notes] };
}

/** Of things with an ELR the one asked for; without a wish the first in equilibrium, which has most to show. */
function chosen<T extends { readonly elr: number }>(
  all: readonly T[],
  elr: number | undefined,
  regime: (one: T) => string | undefined,
): T {
  if (elr === undefined) return all.find((one) => regime(one) === 'chaotic equilibrium') ?? all[0]!;
  const found = all.find((one) => Math.abs(one.elr / elr - 1) < 1e-9);
  if (found !== undefined) return found;
  // As tables show it, with four digits.
  const alike = all.filter((one) => isSameRate(one.elr, String(elr)));
  if (new Set(alike.map((one) => one.elr)).size === 1) return alike[0]!;
  const known = [...new Set(all.map((one) => one.elr))].join(', ');
  throw new UsageError(`no run with a step at ELR ${elr}; allowed: ${known}`);
}

function trajectory(sweep: SweepData, { elr, quantity = 'loss', axis, smoothing }: FigureOptions): Figure {
  if (quantity === 'regime' || quantity === 'lyapunov' || quantity === 'noiseShare')
    throw new UsageError(`trajectory has no quantity ${quantity}; allowed: loss, error, egn, ess, shares, group-ess`);
  const begun = sweep.runs.filter(({ stepsTaken }) => stepsTaken > 0);
  const run: RunData = chosen(begun, elr, ({ measured }) => measured?.regime);
  return trajectoryFigure(
    { ...run, title: sweep.title, regime: run.measured?.regime },
    {
      ...{ quantity, axis, smoothing },
      floor: run.measured && noiseFloorOf(run.measured),
    },
  );
}

function bars(sweep: SweepData, { elr }: FigureOptions, quantity: 'ess' | 'shares'): Figure {
  const run = chosen(sweep.verification.runs, elr, ({ regime }) => regime);
  const names = sweep.runs[0]?.groups?.map(({ name }) => name) ?? [];
  return networkBarsFigure(sweep.title, run, names, quantity);
}

/** Figures of a sweep. */
const OF_SWEEP: Readonly<
  Record<
    Exclude<FigureName, 'toy-loss' | 'toy-loss-egn' | 'phase' | 'random-walk'>,
    (sweep: SweepData, options: FigureOptions) => Figure
  >
> = {
  loss: (sweep) => networkLossFigure(sweep),
  line: (sweep) => equilibriumLineFigure(sweep),
  'loss-egn': (sweep) => networkPlaneFigure(sweep),
  ...(Object.fromEntries(
    (['loss', 'error', 'test-error', 'egn'] as const).map((quantity) => [
      `epoch-${quantity}`,
      (sweep: SweepData) => epochFigure(sweep, quantity),
    ]),
  ) as Record<`epoch-${EpochQuantity}`, (sweep: SweepData) => Figure>),
  trajectory,
  ess: (sweep, options) => bars(sweep, options, 'ess'),
  shares: (sweep, options) => bars(sweep, options, 'shares'),
};

/** ESS of every step, also of a run that is read in blocks. */
function* effectiveStepsOf({ directory, record: { steps } }: SweepRecord): Generator<number> {
  if (steps !== undefined) yield* steps.columns.ess;
  else for (const { ess } of streamSteps(directory)) yield ess;
}

/** Cosines between the weights that runs have kept, which are read for this figure alone. */
async function randomWalk({ title, verification }: SweepData, runs: readonly SweepRecord[]): Promise<Figure> {
  const { walkOf } = await import('../../../deep/evaluate/kept-points.js');
  const walks = verification.runs.map(({ elr, regime }) => {
    const alike = runs.filter(({ manifest }) => manifest.configuration.rate.value === elr);
    const ofSteps = (run: SweepRecord): Walk =>
      walkOf(run, { taken: run.record.taken, effectiveSteps: effectiveStepsOf(run) });
    return { elr, regime, cosines: walkCosines(alike.map(ofSteps)) };
  });
  return randomWalkFigure(title, walks);
}

/** What a figure is drawn of: of the toy alone, nothing. */
export type DrawnSweep = Partial<Pick<FigureSource, 'sweep' | 'runs'>>;

/** The figure of a name, of a sweep where it is given. Throws a UsageError where options do not belong to it. */
export async function buildFigure(
  name: FigureName,
  { sweep, runs = [] }: DrawnSweep,
  options: FigureOptions,
): Promise<Figure> {
  if (name === 'toy-loss') return toyLoss(options, sweep);
  if (name === 'toy-loss-egn') return toyPlane(options, sweep);
  if (name === 'phase') return phase(options, sweep);
  if (name === 'random-walk') return randomWalk(sweep!, runs);
  return OF_SWEEP[name](sweep!, options);
}
