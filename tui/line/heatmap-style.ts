import { formatNumber } from '../../src/text/output.js';
import type { Cell } from '../../toy/phase/cells.js';
import type { PhaseDiagram } from '../../toy/phase/phase-diagram.js';
import type { CellState } from '../figure/figure.js';
import { REGIME_STYLE, type RegimeStyle } from './regime-style.js';
import type { Line, Span } from './styled.js';

/** How a cell of a phase diagram looks: a mark, and a colour where there is colour. */
export type HeatmapQuantity = 'regime' | 'loss' | 'ess' | 'lyapunov';

export const SHADES = [...' ░▒▓█'];
/** From the least to the largest value, one a shade. Red is kept for what collapsed. */
export const RAMP = ['blue', 'cyan', 'green', 'yellow', 'magenta'];
/** Of a cell that shows no regime, whatever it is drawn by. */
const COLLAPSED: RegimeStyle = { mark: '!', color: 'red' };
/** Chaotic equilibrium without chaos, where the diagram tells them apart. */
const QUASI_PERIODIC: RegimeStyle = { mark: '~', color: 'green' };
const UNKNOWN: RegimeStyle = { mark: '·', color: 'black' };

/** The number that a quantity is drawn by, minus infinity for the logarithm of 0; null where there is none. */
export function drawnValue(cell: Cell, quantity: Exclude<HeatmapQuantity, 'regime'>): number | null {
  if (cell.collapsed) return null;
  const value = { loss: cell.relativeLoss, ess: Math.log10(cell.ess), lyapunov: cell.lyapunov }[quantity];
  return value !== null && value < Number.POSITIVE_INFINITY ? value : null;
}

/** Of a number between limits; null: there is none. */
export function valueStyle(value: number | null, [low, high]: readonly [number, number]): RegimeStyle {
  if (value === null) return UNKNOWN;
  const part = high > low ? Math.max(0, (value - low) / (high - low)) : 0;
  const place = Math.min(SHADES.length - 1, Math.floor(part * SHADES.length));
  return { mark: SHADES[place]!, color: RAMP[place]! };
}

/** Of a cell that shows a regime or what stands for one; null: not known. */
export function stateStyle(state: CellState | null): RegimeStyle {
  if (state === null) return UNKNOWN;
  if (state === 'collapsed') return COLLAPSED;
  return state === 'quasi-periodic' ? QUASI_PERIODIC : REGIME_STYLE[state];
}

/** What a cell of a phase diagram shows. */
export const cellState = ({ collapsed, detail, regime }: Cell): CellState =>
  collapsed ? 'collapsed' : detail === 'quasi-periodic' ? detail : regime;

/** Mark and colour of a cell; `limits` are the least and largest value of the diagram. */
export function cellStyle(
  cell: Cell | null,
  quantity: HeatmapQuantity,
  limits: readonly [number, number],
): RegimeStyle {
  if (cell === null || cell.collapsed || quantity === 'regime') return stateStyle(cell && cellState(cell));
  return valueStyle(drawnValue(cell, quantity), limits);
}

/** Least and largest value of a diagram; 0 and 0 for regimes, and where there is no value. */
export function valueLimits({ cells }: PhaseDiagram, quantity: HeatmapQuantity): [number, number] {
  if (quantity === 'regime') return [0, 0];
  const values = cells
    .flat()
    .flatMap((cell) => (cell === null ? [] : (drawnValue(cell, quantity) ?? [])))
    .filter(Number.isFinite);
  return values.length === 0
    ? [0, 0]
    : [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

function regimeLegend(hasDetail: boolean): Line {
  const styles = { ...REGIME_STYLE, ...(hasDetail && { 'quasi-periodic': QUASI_PERIODIC }), collapsed: COLLAPSED };
  return Object.entries(styles).flatMap(([name, { mark, color }], i) => [
    { text: i === 0 ? '' : '  ' },
    { text: mark, color },
    { text: ` ${name === 'chaotic equilibrium' && hasDetail ? 'chaotic' : name}` },
  ]);
}

/** Marks, colours or shades explained. */
export function heatmapLegend({ cells }: PhaseDiagram, quantity: HeatmapQuantity, color: boolean): Line {
  if (quantity === 'regime') return regimeLegend(cells.some((row) => row.some((cell) => cell?.detail)));
  const [low, high] = valueLimits({ cells } as PhaseDiagram, quantity);
  const name = { loss: 'loss / random loss', ess: 'log10 ESS', lyapunov: 'Lyapunov exponent' }[quantity];
  const ramp = SHADES.map((shade, i): Span => (color ? { text: '█', color: RAMP[i]! } : { text: shade }));
  return [
    { text: `${name}: ${formatNumber(low)} [` },
    ...ramp,
    { text: `] ${formatNumber(high)}   ` },
    { text: COLLAPSED.mark, color: COLLAPSED.color },
    { text: ' collapsed' },
  ];
}
