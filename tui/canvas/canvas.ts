import { cutWords } from '../../src/text/narrow-table.js';
import { type Drawable, drawable, figureNotes, withVisibleMarks } from '../figure/drawable.js';
import type { Figure } from '../figure/figure.js';
import { createScale } from '../figure/scale.js';
import { asciiLine } from '../line/ascii-line.js';
import { fitHeight, fitLine, joinSpans, type Line, lineText, plainLine, type Span } from '../line/styled.js';
import { horizontalAxis, verticalAxis, verticalTicks } from './axes.js';
import { drawBars } from './bars.js';
import { drawCells } from './cells.js';
import { endLabels } from './end-labels.js';
import { drawMarks } from './frame-marks.js';
import { GLYPH_SETS, type GlyphSet, type GlyphSetName } from './glyphs.js';
import { Grid } from './grid.js';
import { legend } from './legend.js';
import type { Plot } from './plot.js';
import { drawSeries } from './series.js';

/** Size and characters of a figure as text. */
export interface CanvasOptions {
  readonly width: number;
  readonly height: number;
  readonly glyphs?: GlyphSetName;
  /** Without colour the cells of a diagram are marks. */
  readonly color?: boolean;
}

/** Below this there is no room for a plot. */
const SMALLEST = { columns: 8, rows: 3 };
/** From these on there is room for the label of the horizontal axis, and for labels at the ends of lines. */
const ROOMY = { height: 12, width: 60 };
const WIDEST_LABEL = 9;

interface Head {
  readonly lines: readonly Line[];
  readonly foot: readonly Line[];
}

/** Title, axis labels and legend above the plot, notes below it. */
function around(
  figure: Figure,
  shown: Drawable,
  { width, height }: CanvasOptions,
  glyphs: GlyphSet,
  color: boolean,
): Head {
  const isRoomy = height >= ROOMY.height;
  const value = isRoomy ? figure.y.label : `${figure.y.label} against ${figure.x.label}`;
  const label: Span = { text: cutWords(value, width), dim: true };
  const beside = legend(figure, width - label.text.length - 3, glyphs, color);
  const whole = legend(figure, width, glyphs, color);
  const fits = lineText(beside) === lineText(whole);
  const second: Line =
    fits || !isRoomy
      ? [label, { text: ' '.repeat(Math.max(0, width - label.text.length - lineText(beside).length)) }, ...beside]
      : [label];
  const title: Line = [{ text: cutWords(figure.title, width), bold: true }];
  const notes = figureNotes(figure, shown).slice(0, isRoomy ? 2 : 1);
  return {
    lines: [title, ...(fits || !isRoomy ? [] : [whole]), second],
    foot: notes.map((note) => [{ text: cutWords(note, width), dim: true }]),
  };
}

/** The plot with its axes: exactly `height` lines. */
function plotLines(
  figure: Figure,
  shown: Drawable,
  options: CanvasOptions & { readonly labelX: boolean },
  glyphs: GlyphSet,
): Line[] {
  const { width, height, color = true, labelX } = options;
  const x = createScale(figure.x.scale, shown.xRange);
  const y = createScale(figure.y.scale, shown.yRange);
  const rows = height - (labelX ? 3 : 2);
  const labelWidth = Math.min(WIDEST_LABEL, Math.max(1, ...verticalTicks(y, rows).map(({ label }) => label.length)));
  const ends = width >= ROOMY.width ? endLabels(shown, y, rows) : { width: 0, rows: new Map<number, Span>() };
  const columns = width - labelWidth - 1 - ends.width;
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return [plainLine('no room for a plot')];
  const hasMarkedCells = figure.cells !== undefined && (!color || glyphs.ofBits === undefined);
  const plot: Plot = { grid: new Grid(columns, rows, glyphs), glyphs, x, y, hasMarkedCells };
  if (figure.cells) drawCells(plot, figure.cells, color);
  drawSeries(plot, shown.series);
  if (figure.x.categories) drawBars(plot, shown.series, figure.x.categories.length);
  drawMarks(plot, figure.marks);
  if (shown.isEmpty) plot.grid.write('nothing to draw yet');
  const axis = verticalAxis(y, rows, labelWidth, glyphs);
  const { rule, labels } = horizontalAxis(figure.x, x, columns, { glyphs, marks: figure.marks });
  const margin = ' '.repeat(labelWidth + 1);
  const nameX = cutWords(figure.x.label, columns);
  const before = ' '.repeat(Math.floor((columns - nameX.length) / 2));
  return [
    ...axis.map((left, row): Line => {
      const end = ends.rows.get(row);
      return [...left, ...plot.grid.line(row), ...(end === undefined ? [] : [{ text: ' ' }, end])];
    }),
    [{ text: `${' '.repeat(labelWidth)}${glyphs.frame.corner}${rule}`, dim: true }],
    [{ text: `${margin}${labels}`, dim: true }],
    ...(labelX ? [[{ text: `${margin}${before}${nameX}`, dim: true }]] : []),
  ];
}

/**
 * A figure as exactly `height` lines of exactly `width` columns, title, axes, legend and notes included. Points beyond the
 * axes lie on their border; where there is no room for a plot it says so.
 */
export function figureLines(given: Figure, options: CanvasOptions): Line[] {
  const { width, height, glyphs: name = 'braille', color = true } = options;
  const glyphs = GLYPH_SETS[name];
  const shown = drawable(given);
  const figure = withVisibleMarks(given, shown);
  const { lines, foot } = around(figure, shown, options, glyphs, color);
  const rest = height - lines.length - foot.length;
  const plot = plotLines(figure, shown, { ...options, height: rest, labelX: height >= ROOMY.height }, glyphs);
  const all = [...lines, ...fitHeight(plot, Math.max(0, rest)), ...foot];
  const exact = fitHeight(all, height).map((line) => joinSpans(fitLine(line, width)));
  return name === 'ascii' ? exact.map(asciiLine) : exact;
}
