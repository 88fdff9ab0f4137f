import { plot } from 'asciichart';
import { formatNumber } from '../../src/text/output.js';
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
/** Columns of the labels of relative losses, and of other values. */
const LABEL = 4;
const WIDE_LABEL = 8;
/** asciichart puts a blank and the axis between label and curve. */
const AXIS = 2;
export const MARGIN = LABEL + AXIS;

/** The axis of values: its range, its labels, and the columns to its left. */
interface ValueAxis {
  readonly low: number;
  readonly high: number;
  readonly label: number;
  readonly margin: number;
  text(value: number): string;
}

function valueAxis({ valueRange }: Panel): ValueAxis {
  const [low, high] = valueRange ?? [0, TOP];
  const label = valueRange === undefined ? LABEL : WIDE_LABEL;
  const text = (value: number): string => (valueRange === undefined ? value.toFixed(2) : formatNumber(value, 3));
  return { low, high, label, margin: label + AXIS, text };
}

/** Row of a value, counted from the bottom and not yet rounded; what is beyond the axis lies on its border. */
const heightOf = (value: number, { low, high }: ValueAxis, rows: number): number =>
  ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (rows - 1);

type Cells = Span[];

/** Column of an ELR on a logarithmic axis of `columns` columns. */
const columnOf = (elr: number, [low, high]: readonly [number, number], columns: number): number =>
  Math.round((Math.log(elr / low) / Math.log(high / low)) * (columns - 1));

/** The closed form as asciichart draws it, or an empty frame where there is none, cell by cell. */
function curveCells(panel: Panel, columns: number, height: number): Cells[] {
  const { curve, elrRange } = panel;
  const [low, high] = elrRange;
  const axis = valueAxis(panel);
  const label = (row: number): string =>
    axis.text(axis.low + (row / (height - 1)) * (axis.high - axis.low)).padStart(axis.label);
  const elrAt = (column: number): number => low * (high / low) ** (column / Math.max(1, columns - 1));
  const rowOf = (column: number): number => (curve ? heightOf(curve(elrAt(column)), axis, height) : 0);
  const heights = Array.from({ length: columns + 1 }, (_, i) => rowOf(i));
  const chart = plot(heights, { height: height - 1, min: 0, max: height - 1, format: label });
  return chart.split('\n').map((text) => {
    const cells = [...text].map((char, i): Span => {
      const drawn = curve !== undefined || i < axis.margin;
      return { text: drawn ? char : ' ', dim: i < axis.margin };
    });
    // asciichart begins a curve with a cross on the axis.
    cells[axis.margin - 1] = { text: '┤', dim: true };
    while (cells.length < axis.margin + columns) cells.push({ text: ' ' });
    return cells.slice(0, axis.margin + columns);
  });
}

function drawThresholds(cells: Cells[], panel: Panel, columns: number): void {
  const { thresholds, elrRange } = panel;
  const { margin } = valueAxis(panel);
  for (const { elr } of thresholds) {
    const column = columnOf(elr, elrRange, columns);
    if (column < 0 || column >= columns) continue;
    for (const row of cells) if (row[margin + column]!.text === ' ') row[margin + column] = { text: '┊', dim: true };
  }
}

function drawPoints(cells: Cells[], panel: Panel, columns: number, cursor: number | undefined): void {
  const axis = valueAxis(panel);
  // The one under the cursor last: it may share its place with others.
  const points = [...panel.points].sort((a, b) => Number(a.elr === cursor) - Number(b.elr === cursor));
  for (const { elr, value, regime } of points) {
    const column = columnOf(elr, panel.elrRange, columns);
    if (!Number.isFinite(value) || column < 0 || column >= columns) continue;
    const row = cells.length - 1 - Math.round(heightOf(value, axis, cells.length));
    const { mark, color } = REGIME_STYLE[regime];
    cells[row]![axis.margin + column] = { text: mark, color, bold: true, inverse: elr === cursor };
  }
}

/** The axis of ELRs: a rule with the cursor on it, and a tick every decade that has room. */
function axisLines(panel: Panel, columns: number, cursor: number | undefined): Line[] {
  const { elrRange } = panel;
  const { label, margin } = valueAxis(panel);
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
    [{ text: `${' '.repeat(margin - 1)}└${rule.join('')}`, dim: true }],
    [{ text: `${'ELR'.padStart(label)}${' '.repeat(AXIS)}${labels.join('')}`, dim: true }],
  ];
}

/**
 * Loss, or another quantity, against ELR: the points, one mark a regime, over the closed form and the thresholds. Losses
 * are fractions of that of random points, from 0 to 1.2; what is beyond lies on the border. `height + 2` lines of at most `width` columns.
 */
export function lossPlot(panel: Panel, { width, height, cursor }: LossPlotOptions): Line[] {
  const columns = width - valueAxis(panel).margin;
  const cells = curveCells(panel, columns, height);
  drawThresholds(cells, panel, columns);
  drawPoints(cells, panel, columns, cursor);
  return [...cells, ...axisLines(panel, columns, cursor)];
}
