import type { Spec } from 'vega';
import { cellLimits } from '../figure/cell-limits.js';
import { type Drawable, drawable, figureNotes, withVisibleMarks } from '../figure/drawable.js';
import type { Figure, FigureAxis } from '../figure/figure.js';
import { createScale, type Range } from '../figure/scale.js';
import type { Tick } from '../figure/ticks.js';
import { type Layout, layoutOf, SIZE } from './layout.js';
import { FONT, INK } from './palette.js';
import { printedTicks } from './tick-text.js';
import { barRows, cellRows, endRows, lineRows, pointRows } from './vega-data.js';
import { DASH, legendEntries } from './vega-legend.js';
import { markLayers } from './vega-marks.js';

export interface SpecSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels for each tick. */
const ROOM = { x: 90, y: 55 };
const RAMP = 'viridis';

const scaleSpec = (name: string, { scale }: FigureAxis, domain: Range, range: 'width' | 'height') => ({
  ...{ name, range, domain: [...domain], zero: false, nice: false },
  type: scale === 'logarithmic' ? ('log' as const) : ('linear' as const),
});

function axisSpec(orient: 'bottom' | 'left', axis: FigureAxis, all: readonly Tick[]) {
  const name = orient === 'bottom' ? 'x' : 'y';
  const counts = axis.categories !== undefined;
  return {
    ...{ orient, scale: name, title: axis.label, values: all.map(({ value }) => value) },
    ...{ grid: !counts, ticks: !counts, zindex: 0 },
    encode: { labels: { update: { text: { signal: `${name}Labels[datum.value]` } } } },
  };
}

const labelsOf = (all: readonly Tick[]): Record<string, string> =>
  Object.fromEntries(all.map(({ value, label }) => [String(value), label]));

function tables(figure: Figure, shown: Drawable, layout: Layout, title: string) {
  const y = createScale(figure.y.scale, shown.yRange);
  const { height } = layout.plot;
  const ends = endRows(shown, (value) => height * (1 - Math.min(1, Math.max(0, y.part(value)))), height);
  return {
    cells: figure.cells === undefined ? [] : cellRows(figure.cells, figure),
    lines: lineRows(shown, ['line', 'path']),
    theory: lineRows(shown, ['theory']),
    bars: barRows(shown),
    points: pointRows(shown),
    ends: ends.filter(({ shape }) => shape !== undefined),
    labels: ends.filter(({ label, kind }) => label !== undefined && kind !== 'path'),
    pathLabels: ends.filter(({ label, kind }) => label !== undefined && kind === 'path'),
    marks: figure.marks.map((mark) => ({ ...mark, dash: mark.kind === 'threshold' ? DASH.threshold : [] })),
    title: [{ ...layout.title, text: title }],
    notes: layout.notes,
    legendMarks: layout.legend.filter(({ shape }) => shape !== null),
    legendLines: layout.legend.filter(({ shape }) => shape === null),
    legendNames: layout.legend,
  };
}

/** Least and largest number of the cells, apart where they are one. */
function rampDomain({ cells }: Figure): Range {
  const [low, high] = cells === undefined ? [0, 0] : cellLimits(cells);
  return low < high ? [low, high] : [low, low + 1];
}

const CONFIG = {
  font: FONT,
  background: '#ffffff',
  axis: {
    ...{ labelFontSize: SIZE.tick, labelColor: INK.text, labelPadding: 5, labelOverlap: true },
    ...{ titleFontSize: SIZE.axisTitle, titleFontWeight: 400, titlePadding: 10, titleColor: INK.text },
    ...{ gridColor: INK.grid, domainColor: INK.frame, tickColor: INK.frame },
  },
  legend: {
    ...{ labelFontSize: SIZE.tick, labelColor: INK.text, titleFontSize: SIZE.tick, titleFontWeight: 400 },
    ...{ titleColor: INK.text, titleLimit: 400, titleOrient: 'right', offset: 14 },
  },
} as const;

/** A figure in the grammar of Vega; the size is that of the whole in pixels. */
export function vegaSpec(given: Figure, { width, height }: SpecSize): Spec {
  const shown = drawable(given);
  const figure = withVisibleMarks(given, shown);
  const notes = [...figureNotes(figure, shown), ...(shown.isEmpty ? ['nothing to draw yet'] : [])];
  const hasRamp = figure.cells?.kind === 'numbers';
  const [x, y] = [
    printedTicks(figure.x, shown.xRange, width, ROOM.x),
    printedTicks(figure.y, shown.yRange, height, ROOM.y),
  ];
  const layout = layoutOf({
    ...{ width, height, notes, hasRamp, legend: legendEntries(figure) },
    ticks: y.map(({ label }) => label),
    ends: figure.series.flatMap(({ label, kind }) => (label === undefined || kind === 'path' ? [] : [label])),
  });
  const spec = {
    ...{ ...layout.plot, padding: layout.padding, autosize: 'none', config: CONFIG },
    signals: [
      { name: 'xLabels', value: labelsOf(x) },
      { name: 'yLabels', value: labelsOf(y) },
    ],
    data: Object.entries(tables(figure, shown, layout, figure.title)).map(([name, values]) => ({ name, values })),
    scales: [
      scaleSpec('x', figure.x, shown.xRange, 'width'),
      scaleSpec('y', figure.y, shown.yRange, 'height'),
      { name: 'ramp', type: 'linear', range: { scheme: RAMP }, domain: rampDomain(figure), zero: false },
    ],
    axes: [axisSpec('bottom', figure.x, x), axisSpec('left', figure.y, y)],
    legends: hasRamp
      ? [{ fill: 'ramp', title: figure.cells!.label, orient: 'right', gradientLength: layout.plot.height / 2 }]
      : [],
    marks: markLayers(hasRamp),
  };
  // Its types are narrower than its grammar: they know no tables made elsewhere.
  return spec as unknown as Spec;
}
