import { formatNumber } from '../src/text/output.js';
import type { Cell } from '../toy/cells.js';
import type { PhaseDiagram } from '../toy/phase-diagram.js';
import { REGIME_STYLE, type RegimeStyle } from './regime-style.js';
import type { Line, Span } from './styled.js';

export type HeatmapQuantity = 'regime' | 'loss' | 'ess' | 'lyapunov';

export interface HeatmapOptions {
  readonly quantity: HeatmapQuantity;
  readonly width: number;
  readonly height: number;
  /** Half blocks in colour show twice as many rows; without colour each cell is a mark. */
  readonly color: boolean;
}

const SHADES = [...' ░▒▓█'];
const LABEL = 9;
/** Of a cell that shows no regime, whatever it is drawn by. */
const COLLAPSED: RegimeStyle = { mark: '!', color: 'red' };

const styleOf = ({ collapsed, regime }: Cell): RegimeStyle => (collapsed ? COLLAPSED : REGIME_STYLE[regime]);

/** The number that a quantity is drawn by, minus infinity for the logarithm of 0; null where there is none. */
function drawnValue(cell: Cell, quantity: Exclude<HeatmapQuantity, 'regime'>): number | null {
  if (cell.collapsed) return null;
  const value = { loss: cell.relativeLoss, ess: Math.log10(cell.ess), lyapunov: cell.lyapunov }[quantity];
  return value !== null && value < Number.POSITIVE_INFINITY ? value : null;
}

/** Nearest cell of a diagram to a place of the picture; y grows upwards. */
function sample({ cells }: PhaseDiagram, row: number, rows: number, column: number, columns: number): Cell | null {
  const at = (place: number, places: number, size: number): number =>
    Math.min(size - 1, Math.floor(((place + 0.5) * size) / places));
  const y = cells.length - 1 - at(row, rows, cells.length);
  const x = at(column, columns, cells[0]!.length);
  return cells[y]![x] ?? nearestKnown(cells, y, x);
}

/** While a diagram is coarse, the computed cell below and left of a place stands for it. */
function nearestKnown(cells: PhaseDiagram['cells'], y: number, x: number): Cell | null {
  for (let stride = 2; stride <= 1024; stride *= 2) {
    const known = cells[y - (y % stride)]?.[x - (x % stride)];
    if (known) return known;
  }
  return null;
}

const regimeSpan = (top: Cell | null, bottom: Cell | null): Span => {
  const color = (cell: Cell | null): string => (cell === null ? 'black' : styleOf(cell).color);
  return { text: '▀', color: color(top), background: color(bottom) };
};

/** Spans of equal style joined: a terminal draws a few long pieces faster than many short ones. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last && last.color === span.color && last.background === span.background) {
      result[result.length - 1] = { ...last, text: last.text + span.text };
    } else result.push(span);
  }
  return result;
}

function shade(value: number | null, low: number, high: number): string {
  if (value === null) return '·';
  const part = high > low ? Math.max(0, (value - low) / (high - low)) : 0;
  return SHADES[Math.min(SHADES.length - 1, Math.floor(part * SHADES.length))]!;
}

function pictureRow(
  diagram: PhaseDiagram,
  row: number,
  columns: number,
  options: HeatmapOptions,
  limits: [number, number],
): Span[] {
  const { quantity, height, color } = options;
  const at = (place: number, places: number, column: number) => sample(diagram, place, places, column, columns);
  return joined(
    Array.from({ length: columns }, (_, column): Span => {
      if (quantity === 'regime' && color)
        return regimeSpan(at(2 * row, 2 * height, column), at(2 * row + 1, 2 * height, column));
      const cell = at(row, height, column);
      if (cell === null) return { text: '·' };
      if (cell.collapsed) return { text: COLLAPSED.mark, ...(color && { color: COLLAPSED.color }) };
      if (quantity === 'regime') return { text: styleOf(cell).mark };
      return { text: shade(drawnValue(cell, quantity), ...limits) };
    }),
  );
}

function valueLimits({ cells }: PhaseDiagram, quantity: HeatmapQuantity): [number, number] {
  if (quantity === 'regime') return [0, 0];
  const values = cells
    .flat()
    .flatMap((cell) => (cell === null ? [] : (drawnValue(cell, quantity) ?? [])))
    .filter(Number.isFinite);
  return values.length === 0
    ? [0, 0]
    : [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

/** Marks, colours or shades explained. */
function legend(quantity: HeatmapQuantity, [low, high]: [number, number]): Line {
  if (quantity === 'regime') {
    return Object.entries({ ...REGIME_STYLE, collapsed: COLLAPSED }).flatMap(([name, { mark, color }], i) => [
      { text: i === 0 ? '' : '  ' },
      { text: mark, color },
      { text: ` ${name}` },
    ]);
  }
  const name = { loss: 'loss / random loss', ess: 'log10 ESS', lyapunov: 'Lyapunov exponent' }[quantity];
  return [
    { text: `${name}: ${formatNumber(low)} [${SHADES.join('')}] ${formatNumber(high)}   ` },
    { text: COLLAPSED.mark, color: COLLAPSED.color },
    { text: ' collapsed' },
  ];
}

/** A phase diagram as a picture with axes and legend: `height + 3` lines of at most `width` columns. */
export function heatmap(diagram: PhaseDiagram, options: HeatmapOptions): Line[] {
  const { width, height, quantity } = options;
  const columns = Math.max(1, width - LABEL - 1);
  const limits = valueLimits(diagram, quantity);
  const { x, y } = diagram;
  const tick = (row: number): string => {
    const place = Math.round(((height - 1 - row) / Math.max(1, height - 1)) * (y.values.length - 1));
    return row % 4 === 0 || row === height - 1 ? formatNumber(y.values[place]!, 3) : '';
  };
  const rows = Array.from(
    { length: height },
    (_, row): Line => [
      { text: `${tick(row).padStart(LABEL)}┤` },
      ...pictureRow(diagram, row, columns, options, limits),
    ],
  );
  const [first, last] = [x.values[0]!, x.values.at(-1)!].map((value) => formatNumber(value, 3));
  const middle = `${x.name} (${x.scale})`;
  const gap = Math.max(2, columns - first!.length - middle.length - last!.length);
  const axis = `${first}${' '.repeat(Math.floor(gap / 2))}${middle}${' '.repeat(Math.ceil(gap / 2))}${last}`;
  return [
    [{ text: `${y.name} (${y.scale})` }],
    ...rows,
    [{ text: `${' '.repeat(LABEL + 1)}${axis}` }],
    legend(quantity, limits),
  ];
}
