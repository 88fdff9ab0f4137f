import { csvLine } from '../../src/system/csv.js';
import type { Figure } from '../figure/figure.js';

/** Columns of the data of a figure. */
export const CSV_COLUMNS = ['series', 'kind', 'x', 'y', 'error', 'regime', 'category', 'value', 'key'] as const;

/**
 * The data of a figure as comma-separated values, all of it, in the order in which it is drawn: cells of a diagram (`value`),
 * points of series, thresholds. Numbers have all their digits; `category` is the name of a place that x counts.
 */
export function figureCsv({ x, series, cells, marks }: Figure): string {
  const lines = [csvLine(CSV_COLUMNS)];
  for (const [row, values] of (cells?.values ?? []).entries()) {
    for (const [column, value] of values.entries()) {
      const [cx, cy] = [cells!.x[column], cells!.y[row]];
      lines.push(csvLine([cells!.label, 'cell', cx, cy, null, null, null, Number.isNaN(value) ? null : value, null]));
    }
  }
  for (const { name, kind, points, regime, key } of series) {
    for (const point of points) {
      const category = x.categories?.[point.x];
      const ofPoint = [point.x, point.y, point.error, point.regime ?? regime, category, null, point.key ?? key];
      lines.push(csvLine([name, kind, ...ofPoint]));
    }
  }
  for (const { name, kind, x: place } of marks) {
    if (kind === 'threshold') lines.push(csvLine([name, kind, place, null, null, null, null, null, null]));
  }
  return lines.join('');
}
