import { cutWords, wrapWords } from '../../src/text/narrow-table.js';
import { type Drawable, drawable, emptyText, figureNotes, withVisibleMarks } from '../figure/drawable.js';
import type { Figure } from '../figure/figure.js';
import { createScale } from '../figure/scale.js';
import { asciiLine } from '../line/ascii-line.js';
import { fitHeight, fitLine, joinSpans, type Line, lineText, plainLine, type Span } from '../line/styled.js';
import { firstFitting } from '../line/view-options.js';
import { horizontalAxis, verticalAxis, verticalTicks } from './axes.js';
import { drawBars } from './bars.js';
import { valueRamp } from './cell-style.js';
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
  /** Bits of a colour, 4, 8 or 24: as many steps have maps of numbers. Default: 4. */
  readonly colorBits?: number | undefined;
  /** Lines of notes below the plot at least, so that figures side by side have their axes at the same height. */
  readonly footLines?: number;
}

/** Below this there is no room for a plot. */
const SMALLEST = { columns: 8, rows: 3 };
/** From these on there is room for the label of the horizontal axis, and for labels at the ends of lines. */
const ROOMY = { height: 12, width: 60 };
const WIDEST_LABEL = 9;
/** Columns between the label of the vertical axis and the legend. */
const BESIDE = 3;

interface Head {
  readonly lines: readonly Line[];
  readonly foot: readonly Line[];
}

const rampOf = ({ color = true, colorBits }: CanvasOptions, { ofBits }: GlyphSet) =>
  valueRamp({ isAscii: ofBits === undefined, color, colorBits });

/** A title `what, ..., which: quantity` that fits: without the parts in the middle, then without which, then without what it is against; cut where that is too long. */
function shortTitle(title: string, width: number): string {
  const [head = '', ...rest] = title.split(': ');
  const parts = head.split(', ');
  const tail = rest.length === 0 ? '' : `: ${rest.join(': ')}`;
  return firstFitting(
    width,
    title,
    `${[parts[0], ...parts.slice(1).slice(-1)].join(', ')}${tail}`,
    `${parts[0]}${tail}`,
    `${parts[0]}${tail.replace(/ against .*/, '')}`,
  );
}

/** Title, axis labels and legend above the plot, notes below it. */
function around(figure: Figure, shown: Drawable, options: CanvasOptions, glyphs: GlyphSet): Head {
  const { width, height } = options;
  const isRoomy = height >= ROOMY.height;
  const against = `${figure.y.label} against ${figure.x.label}`;
  const value = isRoomy || against.length > width ? figure.y.label : against;
  const label: Span = { text: cutWords(value, width), dim: true };
  const free = width - label.text.length - BESIDE;
  const ramp = rampOf(options, glyphs);
  const both = legend(figure, { line: width, beside: free }, glyphs, ramp);
  // In a low figure the legend goes before the label: the title says what is drawn.
  const isLabelled = isRoomy || both[0].length === 0;
  const [whole, beside] = isLabelled ? both : legend(figure, { line: width, beside: 0 }, glyphs, ramp);
  const second: Line = [
    label,
    { text: ' '.repeat(Math.max(0, width - label.text.length - lineText(beside).length)) },
    ...beside,
  ];
  const title: Line = [{ text: shortTitle(figure.title, width), bold: true }];
  return {
    lines: [title, ...(whole.length === 0 ? [] : [whole]), ...(isLabelled ? [second] : [])],
    foot: footOf(figure, shown, options).map((note) => [{ text: note, dim: true }]),
  };
}

/** The notes below a plot, as many lines of them as it has room for; blank ones where a figure beside it has more. */
function footOf(figure: Figure, shown: Drawable, { width, height, footLines = 0 }: CanvasOptions): string[] {
  const most = height >= ROOMY.height ? 2 : 1;
  const notes = figureNotes(figure, shown);
  const wrapped = notes.flatMap((note) => wrapWords(note, width));
  const lines = wrapped.length <= most ? wrapped : notes.flatMap((note) => cutWords(note, width));
  const missing = Math.min(most, footLines) - lines.length;
  return [...lines.slice(0, most), ...Array.from({ length: Math.max(0, missing) }, () => '')];
}

/** Lines of notes that a figure has below its plot. */
export const footLinesOf = (figure: Figure, options: CanvasOptions): number =>
  footOf(figure, drawable(figure), options).length;

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
  if (figure.cells) drawCells(plot, figure.cells, { color, ramp: rampOf(options, glyphs) });
  drawSeries(plot, shown.series);
  if (figure.x.categories) drawBars(plot, shown.series, figure.x.categories.length);
  drawMarks(plot, figure.marks);
  if (shown.isEmpty) plot.grid.write(emptyText(shown));
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
  const { width, height, glyphs: name = 'braille' } = options;
  const glyphs = GLYPH_SETS[name];
  const shown = drawable(given);
  const figure = withVisibleMarks(given, shown);
  const { lines, foot } = around(figure, shown, options, glyphs);
  const rest = height - lines.length - foot.length;
  const plot = plotLines(figure, shown, { ...options, height: rest, labelX: height >= ROOMY.height }, glyphs);
  const all = [...lines, ...fitHeight(plot, Math.max(0, rest)), ...foot];
  const exact = fitHeight(all, height).map((line) => joinSpans(fitLine(line, width)));
  return name === 'ascii' ? exact.map(asciiLine) : exact;
}
