import { plot } from 'asciichart';
import { bucketMeansOf } from '../figure/decimate.js';
import type { FigurePoint } from '../figure/figure.js';
import type { BoxSymbols } from './glyphs.js';
import { type Ink, placeOf } from './grid.js';
import type { Plot } from './plot.js';

/** Row from below in each column from the first to the last point: straight lines between points, means where columns are few. */
function rowsOf({ grid, x, y }: Plot, points: readonly FigurePoint[]): { first: number; rows: number[] } {
  const places = bucketMeansOf(points, grid.columns).map((point) => ({
    column: placeOf(x.part(point.x), grid.columns),
    part: y.part(point.y),
  }));
  const first = places[0]!.column;
  const rows: number[] = [];
  for (const [i, { column, part }] of places.entries()) {
    const before = places[i - 1] ?? { column: column - 1, part };
    for (let at = before.column + 1; at < column; at++) {
      const share = (at - before.column) / (column - before.column);
      rows[at - first] = placeOf(before.part + share * (part - before.part), grid.rows);
    }
    rows[column - first] = placeOf(part, grid.rows);
  }
  return { first, rows };
}

/**
 * A curve without gaps, its points by rising x, as asciichart draws it, behind what is drawn already: the theory shows
 * where measurements depart from it. asciichart gets rows of the grid instead of values:
 * it has no logarithmic axis, throws on numbers that are not finite, and mislabels constant and tiny series.
 */
export function drawBoxCurve(plotted: Plot, points: readonly FigurePoint[], ink: Ink, symbols: BoxSymbols): void {
  const { grid } = plotted;
  const { first, rows } = rowsOf(plotted, points);
  const { char: _, ...style } = ink;
  const top = grid.rows - 1;
  // It draws the steps between values, one fewer than there are. A label of one character makes room for its axis alone.
  const chart = plot([...rows, rows.at(-1)!], { min: 0, max: top, height: top, offset: 1, format: () => ' ', symbols });
  for (const [row, line] of chart.split('\n').entries()) {
    for (const [i, text] of [...line].slice(1).entries()) {
      if (text !== ' ') grid.putBehind(first + i, row, { text, ...style });
    }
  }
}
