import { plot } from 'asciichart';
import { formatNumber } from '../src/cli/output.js';
import type { Panel } from './panel.js';
import { REGIME_STYLE } from './regime-style.js';
import type { Line, Span } from './styled.js';

export interface LossPlotOptions {
  readonly width: number;
  /** Rows of the plot itself; the axis below takes two more. */
  readonly height: number;
  /** ELR of the point under the cursor. */
  readonly cursor?: number | undefined;
}

/** Top of the axis of relative losses: a little above that of random points. */
export const TOP = 1.2;
/** Rule and labels below a plot. */
export const AXIS_LINES = 2;
const LABEL = 4;
/** asciichart puts a blank and the axis between label and curve. */
export const MARGIN = LABEL + 2;

type Cells = Span[];

/** Column of an ELR on a logarithmic axis of `columns` columns. */
const columnOf = (elr: number, [low, high]: readonly [number, number], columns: number): number =>
  Math.round((Math.log(elr / low) / Math.log(high / low)) * (columns - 1));

/** The closed form as asciichart draws it, or an empty frame where there is none, cell by cell. */
function curveCells({ curve, elrRange: [low, high] }: Panel, columns: number, height: number): Cells[] {
  const label = (row: number): string => ((row / (height - 1)) * TOP).toFixed(2).padStart(LABEL);
  const rowOf = (value: number): number => (Math.min(TOP, Math.max(0, value)) / TOP) * (height - 1);
  const elrAt = (column: number): number => low * (high / low) ** (column / Math.max(1, columns - 1));
  const heights = Array.from({ length: columns + 1 }, (_, i) => (curve ? rowOf(curve(elrAt(i))) : 0));
  const chart = plot(heights, { height: height - 1, min: 0, max: height - 1, format: label });
  return chart.split('\n').map((text) => {
    const cells = [...text].map((char, i): Span => {
      const drawn = curve !== undefined || i < MARGIN;
      return { text: drawn ? char : ' ', dim: i < MARGIN };
    });
    // asciichart begins a curve with a cross on the axis.
    cells[MARGIN - 1] = { text: '┤', dim: true };
    while (cells.length < MARGIN + columns) cells.push({ text: ' ' });
    return cells.slice(0, MARGIN + columns);
  });
}

function drawThresholds(cells: Cells[], { thresholds, elrRange }: Panel, columns: number): void {
  for (const { elr } of thresholds) {
    const column = columnOf(elr, elrRange, columns);
    if (column < 0 || column >= columns) continue;
    for (const row of cells) if (row[MARGIN + column]!.text === ' ') row[MARGIN + column] = { text: '┊', dim: true };
  }
}

function drawPoints(cells: Cells[], panel: Panel, columns: number, cursor: number | undefined): void {
  const bottom = cells.length - 1;
  // The one under the cursor last: it may share its place with others.
  const points = [...panel.points].sort((a, b) => Number(a.elr === cursor) - Number(b.elr === cursor));
  for (const { elr, value, regime } of points) {
    const column = columnOf(elr, panel.elrRange, columns);
    if (!Number.isFinite(value) || column < 0 || column >= columns) continue;
    const row = bottom - Math.round((Math.min(TOP, Math.max(0, value)) / TOP) * bottom);
    const { mark, color } = REGIME_STYLE[regime];
    cells[row]![MARGIN + column] = { text: mark, color, bold: true, inverse: elr === cursor };
  }
}

/** The axis of ELRs: a rule with the cursor on it, and a tick every decade that has room. */
function axisLines({ elrRange }: Panel, columns: number, cursor: number | undefined): Line[] {
  const rule = Array.from({ length: columns }, () => '─');
  const labels = Array.from({ length: columns }, () => ' ');
  const [first, last] = elrRange.map((elr) => Math.log10(elr));
  let free = 0;
  for (let decade = Math.ceil(first! - 1e-9); decade <= last! + 1e-9; decade += 1) {
    const column = columnOf(10 ** decade, elrRange, columns);
    rule[column] = '┬';
    const text = formatNumber(10 ** decade);
    const start = Math.min(Math.max(column - Math.floor(text.length / 2), 0), columns - text.length);
    if (start < free) continue;
    labels.splice(start, text.length, ...text);
    free = start + text.length + 1;
  }
  if (cursor !== undefined) {
    const column = columnOf(cursor, elrRange, columns);
    if (column >= 0 && column < columns) rule[column] = '▲';
  }
  return [
    [{ text: `${' '.repeat(MARGIN - 1)}└${rule.join('')}`, dim: true }],
    [{ text: `${'ELR'.padStart(LABEL)}${' '.repeat(MARGIN - LABEL)}${labels.join('')}`, dim: true }],
  ];
}

/**
 * Loss against ELR: the points, one mark a regime, over the closed form and the thresholds. Losses are fractions of that
 * of random points, from 0 to 1.2; what is beyond lies on the border. `height + 2` lines of at most `width` columns.
 */
export function lossPlot(panel: Panel, { width, height, cursor }: LossPlotOptions): Line[] {
  const columns = width - MARGIN;
  const cells = curveCells(panel, columns, height);
  drawThresholds(cells, panel, columns);
  drawPoints(cells, panel, columns, cursor);
  return [...cells, ...axisLines(panel, columns, cursor)];
}
