import type { Bracket } from '../../src/measure.js';
import { formatNumber } from '../../src/text/output.js';
import { randomLoss } from '../../toy/theory.js';
import { elrKey } from '../figure/elr-key.js';
import { type Figure, type FigureRegime, withCursor, withoutTheory, withScales } from '../figure/figure.js';
import { groupBarsFigure, networkBarsFigure } from '../figure/group-bars.js';
import { networkPlaneFigure, type PathRun, planeFigure } from '../figure/loss-egn.js';
import { networkLossFigure, toyForm, toyLossFigure } from '../figure/loss-elr.js';
import { phaseFigure } from '../figure/phase.js';
import { type RunData, randomLossOf, type SweepData } from '../figure/sweep-data.js';
import { trajectoryFigure } from '../figure/trajectory.js';
import { closedForm } from '../known/closed-form.js';
import type { KnownRun } from '../known/sweep.js';
import type { ViewName } from '../state/state.js';
import type { Scene } from './scene.js';

/** The figures of a view: of the toy, of the network, or of both in one. */
export interface SceneFigures {
  readonly toy: readonly Figure[];
  readonly network: readonly Figure[];
}

/** A run as figures want it. */
const runData = (run: KnownRun): RunData => ({
  folder: run.folder,
  elr: run.elr,
  seed: run.seed,
  stepsPerEpoch: run.stepsPerEpoch ?? Number.NaN,
  seconds: run.secondsPerStep === null ? undefined : run.secondsPerStep * run.step,
  stepsTaken: run.step,
  measured: run.measured ?? undefined,
  series: run.series,
  groups: run.groupSeries,
});

const sweepData = ({ known, state, tolerance, threshold }: Scene): SweepData => ({
  title: 'network',
  alpha: state.toy.alpha,
  tolerance,
  threshold,
  verification: known.sweep!.verification,
  runs: known.sweep!.runs.filter(({ step }) => step > 0).map(runData),
});

const toyTitle = ({ state }: Scene): string => {
  const { alpha, noise, weightDecay } = state.toy;
  const extras = [
    noise > 0 ? `noise ${formatNumber(noise)}` : '',
    weightDecay > 0 ? `weight decay ${formatNumber(weightDecay)}` : '',
  ].filter((text) => text !== '');
  return [`toy, alpha ${alpha.map((value) => formatNumber(value, 3)).join(',')}`, ...extras].join(', ');
};

const scaled = ([low, high]: readonly [number, number], factor: number): readonly [number, number] => [
  low * factor,
  high * factor,
];

/** A little room at either end. */
const widened = ([low, high]: readonly [number, number]): readonly [number, number] => {
  const room = (high / low) ** 0.02;
  return [low / room, high * room];
};

const bracketText = ({ below, above }: Bracket): string =>
  below === null || above === null ? 'not yet' : `${formatNumber(below)}..${formatNumber(above)}`;

/** Where the regimes change for the network: between which of its runs, and as read from those in equilibrium. */
function thresholdNotes({ known, threshold }: Scene): string[] {
  const { convergence, divergence } = known.sweep!.verification.thresholds;
  const [first, second] = [convergence, divergence].map(bracketText);
  const seen = first === second ? 'no threshold seen yet' : `seen ${first}, ${second}`;
  if (threshold === undefined) return [seen];
  return [`k 1 at ${formatNumber(threshold, 3)}; ${seen}`];
}

const toyNotes = ({ state, tolerance }: Scene): string[] => {
  const { threshold } = toyForm(state.toy.alpha);
  return [`thresholds ${[threshold, threshold / tolerance].map((elr) => formatNumber(elr, 3)).join(' and ')}`];
};

function lossFigures(scene: Scene): SceneFigures {
  const { known, state, tolerance, elrRange, scale } = scene;
  const range = widened(elrRange);
  const points = known.toy?.points ?? [];
  const toy = toyLossFigure({ alpha: state.toy.alpha, tolerance, points }, { range: scaled(range, scale) });
  const network = networkLossFigure(sweepData(scene), { range });
  const isPlain = state.toy.noise === 0 && state.toy.weightDecay === 0;
  return {
    toy: [
      {
        ...(isPlain ? toy : otherTheory(scene, toy)),
        title: `${toyTitle(scene)}: loss against ${state.toy.weightDecay > 0 ? 'learning rate' : 'ELR'}`,
        notes: [...toy.notes, ...(state.toy.weightDecay > 0 ? [] : toyNotes(scene))],
      },
    ],
    network: [{ ...network, notes: [...thresholdNotes(scene), ...network.notes] }],
  };
}

/** The closed form of a toy with noise or weight decay in place of that of the plain one. */
function otherTheory({ state, tolerance }: Scene, figure: Figure): Figure {
  const theory = figure.series.find(({ kind }) => kind === 'theory');
  const random = randomLoss(state.toy.alpha);
  const points = (theory?.points ?? []).map(({ x }) => ({
    x,
    y: (closedForm(state.toy, x, tolerance)?.loss ?? Number.NaN) / random,
  }));
  const isFull = state.toy.weightDecay > 0;
  return {
    ...figure,
    x: { ...figure.x, label: isFull ? 'learning rate' : figure.x.label },
    marks: isFull ? [] : figure.marks,
    series: figure.series.map((series) => (series === theory ? { ...series, points } : series)),
  };
}

function toyPath({ known, toyElr }: Scene): PathRun[] {
  const run = known.toy?.run;
  if (run === undefined || toyElr === undefined) return [];
  return [{ label: formatNumber(run.elr), key: 'toy', regime: run.regime, loss: run.series.loss, egn: run.series.egn }];
}

/** Of the toy's plane, in units of the loss of random points and of S: converged runs fall without end. */
const PLANE = { smallest: 1e-3, largest: 2, widest: 100 };

function planeFigures(scene: Scene): SceneFigures {
  const form = toyForm(scene.state.toy.alpha);
  const toy = planeFigure(toyTitle(scene), toyPath(scene), form);
  const points = (scene.known.toy?.points ?? []).map(({ loss, egn, regime, elr, collapsed }) => ({
    x: collapsed ? Number.NaN : loss,
    y: egn,
    regime,
    key: elrKey(elr),
  }));
  return {
    toy: [
      {
        ...toy,
        x: { ...toy.x, range: [form.randomLoss * PLANE.smallest, form.randomLoss * PLANE.largest] },
        y: { ...toy.y, range: [PLANE.smallest / form.threshold, PLANE.widest / form.threshold] },
        series: [{ name: 'runs', kind: 'points', points }, ...toy.series],
      },
    ],
    network: [networkPlaneFigure(sweepData(scene))],
  };
}

function toyBars(scene: Scene, quantity: 'ess' | 'shares'): Figure {
  const { known, state, toyElr, tolerance } = scene;
  const run = known.toy?.run;
  const closed = toyElr === undefined ? undefined : closedForm(state.toy, toyElr, tolerance);
  const groups = state.toy.alpha.length;
  const none = Array.from({ length: groups }, () => Number.NaN);
  const measured = quantity === 'ess' ? run?.groupEss : run?.shares;
  const isBound = quantity === 'shares' && closed?.isBound === true;
  return groupBarsFigure({
    title: `${toyTitle(scene)}${run === undefined ? '' : `, ELR ${formatNumber(run.elr)}`}`,
    quantity,
    names: state.toy.alpha.map((_, i) => `${i + 1}`),
    measured: measured?.length === groups ? measured : none,
    predicted: closed === undefined ? none : quantity === 'shares' ? closed.shares : none.map(() => closed.ess),
    statement: isBound ? `at least ELR x alpha (${closed.source})` : `closed form ${closed?.source ?? ''}`.trim(),
    regime: run?.regime ?? 'undecided',
  });
}

/** A figure with nothing in it, which says why. */
const emptyFigure = (title: string, note: string, label: string): Figure => ({
  name: 'nothing',
  title,
  x: { label: '', scale: 'linear' },
  y: { label, scale: 'linear' },
  series: [],
  marks: [],
  notes: [note],
});

const NO_RUN = 'no step yet of the run at the cursor';

function barFigures(scene: Scene): SceneFigures {
  const { run } = scene;
  const network = (quantity: 'ess' | 'shares'): Figure =>
    run?.measured == null
      ? emptyFigure('network', NO_RUN, quantity === 'ess' ? 'ESS' : 'norm share')
      : networkBarsFigure('network', run.measured, run.groups, quantity);
  return {
    toy: [toyBars(scene, 'ess'), toyBars(scene, 'shares')],
    network: [network('ess'), network('shares')],
  };
}

function curveFigures(scene: Scene): SceneFigures {
  const { known, state, run, threshold } = scene;
  const { quantity, smoothing, clock: axis, toy: settings } = state;
  const options = { quantity, axis, smoothing };
  const toyRun = known.toy?.run;
  const isPlain = settings.noise === 0 && settings.weightDecay === 0;
  const toy =
    toyRun === undefined
      ? emptyFigure(toyTitle(scene), 'on its way', quantity)
      : trajectoryFigure(
          { ...toyRun, title: toyTitle(scene), regime: toyRun.regime as FigureRegime },
          { ...options, axis: 'step', form: isPlain ? toyForm(settings.alpha) : undefined },
        );
  const form = threshold === undefined ? undefined : { threshold, randomLoss: randomLossOf(known.sweep!) };
  const network =
    run === undefined || run.step === 0
      ? emptyFigure('network', NO_RUN, quantity)
      : trajectoryFigure({ ...runData(run), title: 'network', regime: run.measured?.regime }, { ...options, form });
  return { toy: [toy], network: [network] };
}

function diagramFigures(scene: Scene): SceneFigures {
  const { known, state, tolerance, scale } = scene;
  const phase = known.toy?.phase;
  if (phase === undefined || known.toy?.task.settings.alpha.length !== state.toy.alpha.length)
    return { toy: [emptyFigure(toyTitle(scene), 'the phase diagram is on its way', 'alpha')], network: [] };
  const runs = known.sweep!.verification.runs.map(({ elr, regime }) => ({
    toyElr: elr * scale,
    regime,
    key: elrKey(elr),
  }));
  return { toy: [phaseFigure(phase, { alpha: known.toy.task.settings.alpha, tolerance, runs })], network: [] };
}

const FIGURES: Partial<Record<ViewName, (scene: Scene) => SceneFigures>> = {
  overview: lossFigures,
  diagram: diagramFigures,
  plane: planeFigures,
  bars: barFigures,
  curves: curveFigures,
};

/** Axes of a view that mean an ELR of the network, of the toy, or neither. */
function cursorOf({ elr, toyElr, run, state }: Scene, side: 'toy' | 'network') {
  const at = side === 'toy' ? toyElr : elr;
  if (at === undefined) return undefined;
  const keys = [elrKey(at), ...(elr === undefined ? [] : [elrKey(elr)]), ...(run === undefined ? [] : [run.folder])];
  const hasElrAxis = state.view === 'overview' || state.view === 'diagram';
  return { keys: side === 'toy' ? [...keys, 'toy'] : keys, ...(hasElrAxis && { x: at }) };
}

const other = (scale: Figure['x']['scale']): Figure['x']['scale'] => (scale === 'linear' ? 'logarithmic' : 'linear');

/** What the keys have changed of a figure. */
function adjusted(figure: Figure, scene: Scene, side: 'toy' | 'network'): Figure {
  const { flipped, view, theory } = scene.state;
  const scales = {
    ...(flipped.x.includes(view) && figure.x.categories === undefined && { x: other(figure.x.scale) }),
    ...(flipped.y.includes(view) && { y: other(figure.y.scale) }),
  };
  const cursor = cursorOf(scene, side);
  const marked = cursor === undefined ? figure : withCursor(figure, cursor);
  const shown = withScales(marked, figure.cells === undefined ? scales : {});
  return theory ? shown : withoutTheory(shown);
}

/** The figures that a view shows, as the keys have set them; undefined of a view that is a table. */
export function figuresOf(scene: Scene): SceneFigures | undefined {
  const build = FIGURES[scene.state.view];
  if (build === undefined || scene.known.sweep === undefined) return undefined;
  const { toy, network } = build(scene);
  return {
    toy: toy.map((figure) => adjusted(figure, scene, 'toy')),
    network: network.map((figure) => adjusted(figure, scene, 'network')),
  };
}

/** The same, each with the name of its files; undefined where there is none. */
export function exportedFigures(scene: Scene): { readonly name: string; readonly figure: Figure }[] | undefined {
  const figures = figuresOf(scene);
  if (figures === undefined) return undefined;
  const named = (side: 'toy' | 'network') =>
    figures[side].map((figure) => ({ name: `${side}-${figure.name}`, figure }));
  return [...named('toy'), ...named('network')];
}
