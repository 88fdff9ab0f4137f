import type { AxisScale, Figure, FigureSeries, SeriesKind } from '../../../tui/figure/figure.js';

export const seriesOf = (kind: SeriesKind, points: readonly (readonly [number, number])[]): FigureSeries => ({
  name: `a ${kind}`,
  kind,
  points: points.map(([x, y]) => ({ x, y })),
});

export const figureOf = (
  series: readonly FigureSeries[],
  { x = 'linear', y = 'linear' }: { readonly x?: AxisScale; readonly y?: AxisScale } = {},
): Figure => ({
  name: 'example',
  title: 'An example',
  x: { label: 'x', scale: x },
  y: { label: 'y', scale: y },
  series,
  marks: [],
  notes: [],
});
