import { plot } from 'asciichart';
import { formatNumber } from './output.js';

export interface LineChartOptions {
  /** Most columns; longer series are drawn as means of equal buckets. */
  readonly columns?: number;
  /** Rows between the lowest and the highest point. */
  readonly rows?: number;
}

/** Means of `count` buckets whose sizes differ by at most one, in order. */
export function bucketMeans(values: ArrayLike<number>, count: number): number[] {
  const edge = (i: number): number => Math.floor((i * values.length) / count);
  return Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let j = edge(i); j < edge(i + 1); j++) sum += values[j]!;
    return sum / (edge(i + 1) - edge(i));
  });
}

/** The straight lines between values, of which there is one at least, at `count` equally spaced places, the ends included. */
export function stretched(values: readonly number[], count: number): number[] {
  const last = values.length - 1;
  return Array.from({ length: count }, (_, i) => {
    const place = (i * last) / Math.max(1, count - 1);
    const before = Math.floor(place);
    const part = place - before;
    return part === 0 ? values[before]! : (1 - part) * values[before]! + part * values[before + 1]!;
  });
}

/**
 * A line plot of plain characters, never wider than `columns` plus its labels. Takes what asciichart cannot: an empty
 * series, a constant one, any range of values. Values from the first one on that is not finite are not drawn, and a last
 * line says so.
 */
export function lineChart(values: ArrayLike<number>, { columns = 60, rows = 10 }: LineChartOptions = {}): string {
  const buckets = bucketMeans(values, Math.min(columns, values.length));
  const cut = buckets.findIndex((value) => !Number.isFinite(value));
  const drawn = cut < 0 ? buckets : buckets.slice(0, cut);
  const missing = cut < 0 ? [] : [`(not finite from ${Math.round((100 * cut) / buckets.length)}% of the series on)`];
  if (drawn.length === 0) return missing[0] ?? '(nothing to draw)';

  const lowest = Math.min(...drawn);
  const highest = Math.max(...drawn);
  // Halves, so that the range of huge values does not overflow.
  const halfRange = highest / 2 - lowest / 2;
  const heightOf = (value: number): number => (halfRange > 0 ? ((value / 2 - lowest / 2) / halfRange) * rows : 0);
  const valueAt = (height: number): number => lowest * (1 - height / rows) + highest * (height / rows);
  const labels = Array.from({ length: rows + 1 }, (_, i) => formatNumber(valueAt(i)));
  // asciichart overwrites labels of fewer characters with its axis.
  const width = Math.max(3, ...labels.map((label) => label.length));
  // asciichart gets heights from 1 on instead of values: it labels constant series with rounded values, and marks
  // the row of height 0 as an axis.
  const chart = plot(
    drawn.map((value) => 1 + heightOf(value)),
    { format: (height) => formatNumber(valueAt(height - 1)).padStart(width) },
  );
  return [...chart.split('\n').map((line) => line.trimEnd()), ...missing].join('\n');
}
