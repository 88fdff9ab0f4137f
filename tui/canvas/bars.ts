import type { FigurePoint } from '../figure/figure.js';
import type { DrawableSeries } from '../figure/pieces.js';
import type { Span } from '../line/styled.js';
import { pointStyle } from './inks.js';
import type { Plot } from './plot.js';

/** Columns of the pair of bars of a category: those of the measured one, then those of the predicted one. */
export function barColumns(category: number, categories: number, columns: number) {
  const edge = (i: number): number => Math.floor((i * columns) / categories);
  const start = edge(category);
  const room = edge(category + 1) - start;
  // With one column the measured one has it.
  if (room < 2) return { measured: [start, room], predicted: [start + room, 0] } as const;
  const width = Math.max(1, Math.floor((room - 1) / 2));
  const left = start + Math.floor((room - 2 * width) / 2);
  return { measured: [left, width], predicted: [left + width, width] } as const;
}

/** Full cells of a bar, and the part of one on top, as many as its characters tell apart. */
export function barCells(part: number, rows: number, levels: number): { full: number; rest: number } {
  const height = Math.round(Math.min(1, Math.max(0, part)) * rows * levels);
  return { full: Math.floor(height / levels), rest: height % levels };
}

function drawBar(plot: Plot, part: number, [left, width]: readonly [number, number], style: Span): void {
  const { grid, glyphs } = plot;
  const isPredicted = style.text !== '';
  const levels = isPredicted ? 1 : glyphs.bar.length;
  const { full, rest } = barCells(part, grid.rows, levels);
  for (let column = left; column < left + width; column++) {
    for (let row = 0; row < full; row++) {
      grid.put(column, grid.rows - 1 - row, { ...style, text: isPredicted ? style.text : glyphs.bar.at(-1)! });
    }
    if (rest > 0) grid.put(column, grid.rows - 1 - full, { ...style, text: glyphs.bar[rest - 1]! });
  }
}

/** The half of the standard error that reaches above the bar. */
function drawWhisker({ grid, glyphs, y }: Plot, { y: value, error = 0 }: FigurePoint, column: number): void {
  if (!(error > 0) || !Number.isFinite(error)) return;
  const [from, to] = [value, value + error].map((end) => barCells(y.part(end), grid.rows, 1).full);
  for (let row = from!; row < to!; row++) {
    grid.putBehind(column, grid.rows - 1 - row, { text: glyphs.frame.vertical, bold: true });
  }
}

/** Bars of an axis of categories, measured beside predicted. */
export function drawBars(plot: Plot, all: readonly DrawableSeries[], categories: number): void {
  for (const { kind, pieces } of all) {
    if (kind !== 'measured bars' && kind !== 'predicted bars') continue;
    const isMeasured = kind === 'measured bars';
    for (const point of pieces.flat()) {
      const columns = barColumns(point.x, categories, plot.grid.columns);
      const place = columns[isMeasured ? 'measured' : 'predicted'];
      const style: Span = isMeasured
        ? { text: '', color: pointStyle(point, 0).color }
        : { text: plot.glyphs.predictedBar };
      drawBar(plot, plot.y.part(point.y), place, style);
      if (isMeasured) drawWhisker(plot, point, place[0] + Math.floor((place[1] - 1) / 2));
    }
  }
}
