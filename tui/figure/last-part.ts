import type { Figure, FigurePoint, FigureSeries } from './figure.js';

/** Where the last part of all lines begins; undefined where there is no line. */
function beginningOf(series: readonly FigureSeries[], part: number): number | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x } of series.filter(({ kind }) => kind === 'line').flatMap(({ points }) => points)) {
    first = Math.min(first, x);
    last = Math.max(last, x);
  }
  return first < last ? last - part * (last - first) : undefined;
}

/** What of a series lies behind a place; a level, which has its two ends alone, begins there. */
function behind({ kind, points }: FigureSeries, from: number): readonly FigurePoint[] {
  if (kind === 'theory') return points.map((point) => (point.x < from ? { ...point, x: from } : point));
  return points.filter(({ x }) => x >= from);
}

/** The last part, from 0 to 1, of a figure that shows quantities against step, epoch or time: what a run has come to, on axes of its own. */
export function withLastPart(figure: Figure, part: number): Figure {
  const from = beginningOf(figure.series, part);
  if (part >= 1 || from === undefined) return figure;
  return {
    ...figure,
    variant: [...(figure.variant ?? []), `last-${part}`],
    series: figure.series.map((series) => ({ ...series, points: behind(series, from) })),
    notes: [`the last ${Math.round(100 * part)}% alone`, ...figure.notes],
  };
}
