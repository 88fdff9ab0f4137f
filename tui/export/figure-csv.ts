import { csvLine } from '../../src/system/csv.js';
import type { Figure, FigurePoint } from '../figure/figure.js';
import { isOnScale } from '../figure/scale.js';

/** Columns of the data of a figure. */
const CSV_COLUMNS = [
  ...(['series', 'kind', 'x', 'y', 'error', 'regime', 'category', 'value', 'key'] as const),
  /** Why a value or its error is missing, or has no place in the figure. */
  'reason',
] as const;

/** Why a point, or its error, cannot be seen; nothing where it can. */
function pointReason(point: FigurePoint, { x, y }: Figure): string | null {
  if (point.reason !== undefined) return point.reason;
  if (!Number.isFinite(point.x) || !Number.isFinite(point.y)) return 'not finite';
  if (!isOnScale(point.x, x.scale) || !isOnScale(point.y, y.scale)) return 'not positive on a logarithmic axis';
  const { error } = point;
  return error === undefined || Number.isFinite(error)
    ? null
    : 'no standard error: the loss keeps no level, or too few steps';
}

function cellReason(value: string | number | null): string | null {
  if (value === null) return 'not computed';
  if (value === 'collapsed') return 'a norm vanished within rounding';
  return Number.isNaN(value) ? 'no number: the motion collapsed or has none' : null;
}

/**
 * The data of a figure as comma-separated values, all of it, in the order in which it is drawn: cells of a diagram (`value`),
 * points of series, thresholds. Numbers have all their digits; `category` is the name of a place that x counts; `reason` says why a value
 * is missing.
 */
export function figureCsv(figure: Figure): string {
  const { x, series, cells, marks } = figure;
  const lines = [csvLine(CSV_COLUMNS)];
  for (const [row, values] of (cells?.values ?? []).entries()) {
    for (const [column, value] of values.entries()) {
      const [cx, cy] = [cells!.x[column], cells!.y[row]];
      const shown = Number.isNaN(value) ? null : value;
      lines.push(csvLine([cells!.label, 'cell', cx, cy, null, null, null, shown, null, cellReason(value)]));
    }
  }
  for (const { name, kind, points, regime, key } of series) {
    for (const point of points) {
      const category = x.categories?.[point.x];
      const ofPoint = [point.x, point.y, point.error, point.regime ?? regime, category, null, point.key ?? key];
      lines.push(csvLine([name, kind, ...ofPoint, pointReason(point, figure)]));
    }
  }
  for (const { name, kind, x: place } of marks) {
    if (kind === 'threshold') lines.push(csvLine([name, kind, place, ...Array(7).fill(null)]));
  }
  for (const { name, from, to } of figure.bands ?? []) {
    for (const place of [from, to]) lines.push(csvLine([name, 'band', place, ...Array(7).fill(null)]));
  }
  return lines.join('');
}
