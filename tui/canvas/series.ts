import { decimate } from '../figure/decimate.js';
import type { FigurePoint } from '../figure/figure.js';
import type { DrawableSeries } from '../figure/pieces.js';
import { drawBoxCurve } from './box-curve.js';
import { lineInk, pointStyle, theoryInk } from './inks.js';
import type { Plot } from './plot.js';
import { cellOf, type Place, polyline, stroke } from './strokes.js';

const placeIn = ({ x, y }: Plot, point: { readonly x: number; readonly y: number }): Place => ({
  x: x.part(point.x),
  y: y.part(point.y),
});

/** A line: more points than dots across would only be drawn over each other. */
function drawLine(plot: Plot, series: DrawableSeries, place: number): void {
  const isTheory = series.kind === 'theory';
  const isFaint = series.look === 'faint';
  const ink = isTheory && !isFaint ? theoryInk(plot.glyphs) : lineInk(series, place, plot.glyphs);
  for (const piece of series.pieces) {
    if (plot.glyphs.boxes) {
      drawBoxCurve(plot, piece, ink, plot.glyphs.boxes[isTheory ? 'theory' : 'line']);
      continue;
    }
    const points = series.kind === 'line' ? decimate(piece, plot.grid.dotColumns) : piece;
    polyline(
      plot.grid,
      points.map((point) => placeIn(plot, point)),
      ink,
      series.look === 'dashed' || (isTheory && isFaint) ? 2 * plot.glyphs.dots[0] : 0,
    );
  }
}

/**
 * The mark of its regime at the end of a line: its colour does not stand alone. A path ends anywhere, so its label is there,
 * not at the margin, as far as nothing else is.
 */
function drawEnd(plot: Plot, { kind, pieces, regime, ending, label = '', selected = false }: DrawableSeries): void {
  const end = pieces.at(-1)?.at(-1);
  if (end === undefined || regime === undefined) return;
  const { mark, color } = pointStyle({ regime, ending }, 0);
  const [column, row] = cellOf(plot.grid, placeIn(plot, end));
  plot.grid.put(column, row, { text: mark, color, bold: true, inverse: selected });
  if (kind !== 'path' || !plot.grid.isFree(column + 1, row, label.length)) return;
  for (const [i, text] of [...label].entries()) plot.grid.put(column + 1 + i, row, { text, color, bold: selected });
}

/** The standard error to both sides, down to the end of a logarithmic axis where it exceeds the value. */
function drawError(plot: Plot, point: FigurePoint, place: number): void {
  const { x, y, error } = point;
  if (error === undefined || !(error > 0) || !Number.isFinite(error)) return;
  const { color } = pointStyle(point, place);
  const low = Math.max(y - error, plot.y.range[0]);
  const high = Math.min(y + error, plot.y.range[1]);
  if (low < high) stroke(plot.grid, placeIn(plot, { x, y: low }), placeIn(plot, { x, y: high }), { char: '|', color });
}

function drawPoints(plot: Plot, points: readonly FigurePoint[], place: number): void {
  // The one under the cursor last: it may share its place with others.
  const ordered = [...points].sort((a, b) => Number(a.selected ?? false) - Number(b.selected ?? false));
  if (plot.hasMarkedCells) {
    for (const point of points) {
      const [column, row] = cellOf(plot.grid, placeIn(plot, point));
      plot.grid.put(column - 1, row, { text: '[' });
      plot.grid.put(column + 1, row, { text: ']' });
    }
  }
  for (const point of ordered) {
    const { mark, color } = pointStyle(point, place);
    const [column, row] = cellOf(plot.grid, placeIn(plot, point));
    plot.grid.put(column, row, { text: mark, color, bold: true, inverse: point.selected ?? false });
  }
}

const of = (all: readonly DrawableSeries[], ...kinds: readonly DrawableSeries['kind'][]) =>
  all.map((series, place) => ({ series, place })).filter(({ series }) => kinds.includes(series.kind));

const isIn =
  (isFaint: boolean) =>
  ({ series }: { readonly series: DrawableSeries }): boolean =>
    (series.look === 'faint') === isFaint;

/**
 * What is faint of a theory, lines, error bars, then the theory over them. Marks of points, which have a cell to themselves, come last: a curve shows
 * on both sides of a mark, a mark below a curve would be gone.
 */
export function drawSeries(plot: Plot, all: readonly DrawableSeries[]): void {
  const lines = of(all, 'line', 'path');
  const points = of(all, 'points');
  const selectedLast = [...lines].sort((a, b) => Number(a.series.selected ?? 0) - Number(b.series.selected ?? 0));
  for (const { series, place } of of(all, 'theory').filter(isIn(true))) drawLine(plot, series, place);
  for (const { series, place } of selectedLast) drawLine(plot, series, place);
  for (const { series, place } of points)
    for (const piece of series.pieces) for (const point of piece) drawError(plot, point, place);
  for (const { series, place } of of(all, 'theory').filter(isIn(false))) drawLine(plot, series, place);
  for (const { series } of selectedLast.toReversed()) drawEnd(plot, series);
  for (const { series, place } of points) drawPoints(plot, series.pieces.flat(), place);
}
