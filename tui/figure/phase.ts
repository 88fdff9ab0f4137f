import { AVERAGE_NAME } from '../../src/regime/averaged-part.js';
import { withParameter } from '../../toy/phase/axis.js';
import type { Cell } from '../../toy/phase/cells.js';
import type { PhaseDiagram } from '../../toy/phase/phase-diagram.js';
import { DIVERGENCE_TOLERANCE, sumOfAlpha } from '../../toy/theory/thresholds.js';
import { THEORY_NAME } from './closed-form.js';
import type { CellState, Figure, FigureCells, FigurePoint, FigureRegime, FigureSeries } from './figure.js';

/** What the cells of a phase diagram show. */
export const PHASE_QUANTITIES = ['regime', 'loss', 'ess', 'lyapunov', 'noiseShare'] as const;
/** One of `PHASE_QUANTITIES`; `loss` is a fraction of that of random points. */
export type PhaseQuantity = (typeof PHASE_QUANTITIES)[number];

/** A run of the network whose k is known, at the ELR that the toy has there. */
export interface PlacedRun {
  readonly toyElr: number;
  readonly regime: FigureRegime;
  readonly key: string;
}

/** What a phase diagram shows, and which runs of a network are placed in it. */
export interface PhaseFigureOptions {
  /** Of the toy of the diagram; an axis takes the place of what it varies. */
  readonly alpha: readonly number[];
  /** Fraction of the loss of random points within which a loss counts as divergence; default: `DIVERGENCE_TOLERANCE`, 0.05. */
  readonly tolerance?: number;
  /** Default: `regime`. */
  readonly quantity?: PhaseQuantity;
  /** Runs of a network that are placed in the diagram; default: none. */
  readonly runs?: readonly PlacedRun[];
}

const LABEL = {
  loss: 'loss / loss of random points',
  ess: 'log10 ESS',
  lyapunov: 'Lyapunov exponent',
  noiseShare: 'log10 noise share R',
} as const;

const cellState = ({ collapsed, detail, regime }: Cell): CellState =>
  collapsed ? 'collapsed' : detail === 'quasi-periodic' ? detail : regime;

/** Loss and ESS of a cell are averages; what is said of them in a title. */
export const averageOf = (quantity: PhaseQuantity): string =>
  quantity === 'loss' || quantity === 'ess' ? `, ${AVERAGE_NAME}` : '';

/** The number that shows a quantity, minus infinity for the logarithm of 0; NaN if the cell has none. */
function cellNumber(cell: Cell, quantity: Exclude<PhaseQuantity, 'regime'>): number {
  if (cell.collapsed) return Number.NaN;
  const value = {
    loss: cell.relativeLoss,
    ess: Math.log10(cell.ess),
    lyapunov: cell.lyapunov,
    noiseShare: cell.noiseShare === null ? null : Math.log10(cell.noiseShare),
  }[quantity];
  return value !== null && value < Number.POSITIVE_INFINITY ? value : Number.NaN;
}

const map = <T>({ cells }: PhaseDiagram, of: (cell: Cell) => T): (T | null)[][] =>
  cells.map((row) => row.map((cell) => (cell === null ? null : of(cell))));

function cellsOf(diagram: PhaseDiagram, quantity: PhaseQuantity): FigureCells {
  const axes = { x: diagram.x.values, y: diagram.y.values };
  if (quantity === 'regime') return { ...axes, label: 'regime', kind: 'states', values: map(diagram, cellState) };
  const values = map(diagram, (cell) => cellNumber(cell, quantity));
  return { ...axes, label: LABEL[quantity], kind: 'numbers', isLogarithm: LABEL[quantity].startsWith('log10'), values };
}

const ALPHA = /^(alpha\d+|ratio)$/;

/** The value of a parameter in the toy as it is given. */
function ownValue(name: string, alpha: readonly number[]): number | undefined {
  if (name === 'ratio') return alpha[1]! / alpha[0]!;
  return name.startsWith('alpha') ? alpha[Number(name.slice('alpha'.length)) - 1] : undefined;
}

/** Thresholds over a diagram of ELR and alphas: elr = 1 / S (T3), and 1 / (tolerance S) (T6). */
function thresholdCurves({ x, y }: PhaseDiagram, alpha: readonly number[], tolerance: number): FigureSeries[] {
  if (x.name !== 'elr' || !ALPHA.test(y.name)) return [];
  const sums = y.values.map((value) => sumOfAlpha(withParameter({ alpha }, y.name, value).alpha));
  const [low, high] = [x.values[0]!, x.values.at(-1)!];
  return [1, tolerance].map((k) => ({
    name: THEORY_NAME,
    kind: 'theory',
    points: sums
      .map((sum, i): FigurePoint => ({ x: 1 / (k * sum), y: y.values[i]! }))
      .filter((point) => point.x >= low && point.x <= high),
  }));
}

function placed({ x, y }: PhaseDiagram, alpha: readonly number[], runs: readonly PlacedRun[]): FigurePoint[] {
  const own = ownValue(y.name, alpha);
  if (x.name !== 'elr' || own === undefined) return [];
  return runs.map(({ toyElr, regime, key }) => ({ x: toyElr, y: own, regime, key }));
}

const isFalling = ({ values }: PhaseDiagram['x']): boolean => values[0]! > values.at(-1)!;

const turned = ({ values, ...axis }: PhaseDiagram['x']): PhaseDiagram['x'] => ({
  ...axis,
  values: values.toReversed(),
});

/** The diagram with both axes rising, whichever way they were given: what draws cells looks for the nearest of rising centres. */
function rising({ x, y, cells }: PhaseDiagram): PhaseDiagram {
  const rows = isFalling(y) ? cells.toReversed() : cells;
  return {
    x: isFalling(x) ? turned(x) : x,
    y: isFalling(y) ? turned(y) : y,
    cells: isFalling(x) ? rows.map((row) => row.toReversed()) : rows,
  };
}

/**
 * A phase diagram of the toy with its thresholds, and the network's runs at their k, where the toy has the alphas given.
 *
 * @example
 * const axes = [logarithmicAxis('elr', 0.1, 10, 8), logarithmicAxis('alpha2', 0.1, 10, 8)];
 * const diagram = await computePhaseDiagram({ alpha: [1, 1], elr: 1 }, ...axes, { steps: 200 });
 * await writeFigure(phaseFigure(diagram, { alpha: [1, 1] }), 'phase.svg');
 */
export function phaseFigure(
  given: PhaseDiagram,
  { alpha, tolerance = DIVERGENCE_TOLERANCE, quantity = 'regime', runs = [] }: PhaseFigureOptions,
): Figure {
  const diagram = rising(given);
  const points = placed(diagram, alpha, runs);
  const lost = runs.length - points.length;
  return {
    name: 'phase',
    variant: [quantity],
    title: `toy, alpha ${alpha.join(',')}${averageOf(quantity)}${points.length > 0 ? ', with the runs of the network at their k' : ''}`,
    x: { label: diagram.x.name === 'elr' ? 'ELR of the toy' : diagram.x.name, scale: diagram.x.scale },
    y: { label: diagram.y.name, scale: diagram.y.scale },
    series: [{ name: 'runs of the network', kind: 'points', points }, ...thresholdCurves(diagram, alpha, tolerance)],
    marks: [],
    cells: cellsOf(diagram, quantity),
    notes: lost > 0 ? ['runs have a place in diagrams of elr and an alpha only'] : [],
  };
}
