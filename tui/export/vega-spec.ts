import type { Spec } from 'vega';
import { cellLimits } from '../figure/cell-ranges.js';
import { type Drawable, drawable, emptyText, figureNotes, withVisibleMarks } from '../figure/drawable.js';
import type { Figure, FigureAxis } from '../figure/figure.js';
import { createScale, type Range } from '../figure/scale.js';
import type { Tick } from '../figure/ticks.js';
import { type Layout, layoutOf } from './layout.js';
import { endTables, marginLabels, type Places } from './line-ends.js';
import type { Medium, TextSizes } from './medium.js';
import { FONT, INK } from './palette.js';
import { printedTicks } from './tick-text.js';
import { barRows, bracketRows, cellRows, errorBandRows, lineRows, pointRows, type Row } from './vega-data.js';
import { DASH, legendEntries } from './vega-legend.js';
import { markLayers, radiusOf } from './vega-marks.js';
import { verticalNames } from './vertical-names.js';

/** Room for each tick: on paper more of them stand in a smaller frame. */
const ROOM = { screen: { x: 90, y: 55 }, paper: { x: 66, y: 46 } };
const RAMP = 'viridis';

const scaleSpec = (name: string, { scale }: FigureAxis, domain: Range, range: 'width' | 'height') => ({
  ...{ name, range, domain: [...domain], zero: false, nice: false },
  type: scale === 'logarithmic' ? ('log' as const) : ('linear' as const),
});

function axisSpec(orient: 'bottom' | 'left', axis: FigureAxis, all: readonly Tick[], title: object = {}) {
  const name = orient === 'bottom' ? 'x' : 'y';
  const counts = axis.categories !== undefined;
  return {
    ...{ orient, scale: name, title: axis.label, values: all.map(({ value }) => value) },
    ...{ grid: !counts, ticks: !counts, zindex: 0, ...title },
    encode: { labels: { update: { text: { signal: `${name}Labels[datum.value]` } } } },
  };
}

const labelsOf = (all: readonly Tick[]): Record<string, string> =>
  Object.fromEntries(all.map(({ value, label }) => [String(value), label]));

/** From a value to its place in the plot, from its left and its upper border. */
function placesIn({ x, y }: Figure, { xRange, yRange }: Drawable, { plot }: Layout): Places {
  const [across, up] = [createScale(x.scale, xRange), createScale(y.scale, yRange)];
  const part = (value: number): number => Math.min(1, Math.max(0, value));
  return {
    ...plot,
    x: (value) => plot.width * part(across.part(value)),
    y: (value) => plot.height * (1 - part(up.part(value))),
  };
}

const hasBar = ({ low }: Row): boolean => low !== undefined;

/** Whether an error bar is higher than its mark, which would hide it. */
const isHigher =
  ({ y }: Places, radius: number) =>
  ({ low, high }: Row): boolean =>
    low !== undefined && Math.abs(y(Number(low)) - y(Number(high))) / 2 > radius;

function tables(figure: Figure, shown: Drawable, layout: Layout, { text, mark }: Medium) {
  const places = placesIn(figure, shown, layout);
  const size = text.end;
  const [bars, points] = [barRows(shown), pointRows(shown)];
  const markNames = verticalNames(figure.marks, shown, places, size);
  return {
    brackets: bracketRows(figure, shown),
    cells: figure.cells === undefined ? [] : cellRows(figure.cells, figure),
    errorBands: errorBandRows(shown),
    lines: lineRows(shown, 'measured'),
    theory: lineRows(shown, 'theory'),
    bars,
    barErrors: bars.filter(hasBar),
    points,
    pointErrors: points.filter(isHigher(places, radiusOf(mark.point))),
    ...endTables(shown, places, { size, taken: markNames.map(({ box }) => box) }),
    marks: figure.marks.map((mark) => ({ ...mark, dash: mark.kind === 'threshold' ? DASH.threshold : [] })),
    markNames,
    title: layout.title,
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

const configOf = ({ tick, axisTitle }: TextSizes) => ({
  font: FONT,
  background: '#ffffff',
  axis: {
    ...{ labelFontSize: tick, labelColor: INK.text, labelPadding: 4, labelOverlap: true },
    ...{ labelFont: FONT, titleFont: FONT },
    ...{ titleFontSize: axisTitle, titleFontWeight: 400, titlePadding: 8, titleColor: INK.text },
    ...{ gridColor: INK.grid, domainColor: INK.frame, tickColor: INK.frame },
  },
  legend: {
    ...{ labelFont: FONT, titleFont: FONT },
    ...{ labelFontSize: tick, labelColor: INK.text, titleFontSize: tick, titleFontWeight: 400 },
    ...{ titleColor: INK.text, titleLimit: 400, titleOrient: 'right', offset: 14 },
  },
});

/** What is written above the plot: what a reader must know; on paper the caption says it. */
const remarks = (figure: Figure, shown: Drawable, { hasNotes }: Medium): string[] => [
  ...(hasNotes ? figureNotes(figure, shown) : []),
  ...(shown.isEmpty ? [emptyText(shown)] : []),
];

/** A figure in the grammar of Vega, as large as its medium. */
export function vegaSpec(given: Figure, medium: Medium): Spec {
  const shown = drawable(given);
  const figure = withVisibleMarks(given, shown);
  const hasRamp = figure.cells?.kind === 'numbers';
  const room = ROOM[medium.perPoint === undefined ? 'screen' : 'paper'];
  const [x, y] = [
    printedTicks(figure.x, shown.xRange, medium.width, room.x),
    printedTicks(figure.y, shown.yRange, medium.height, room.y),
  ];
  const layout = layoutOf({
    ...{ medium, notes: remarks(figure, shown, medium), hasRamp, legend: legendEntries(figure) },
    ticks: y.map(({ label }) => label),
    ends: marginLabels(shown),
  });
  const spec = {
    ...{ ...layout.plot, padding: layout.padding, autosize: 'none', config: configOf(medium.text) },
    signals: [
      { name: 'xLabels', value: labelsOf(x) },
      { name: 'yLabels', value: labelsOf(y) },
    ],
    data: Object.entries(tables(figure, shown, layout, medium)).map(([name, values]) => ({ name, values })),
    scales: [
      scaleSpec('x', figure.x, shown.xRange, 'width'),
      scaleSpec('y', figure.y, shown.yRange, 'height'),
      { name: 'ramp', type: 'linear', range: { scheme: RAMP }, domain: rampDomain(figure), zero: false },
    ],
    axes: [axisSpec('bottom', figure.x, x), axisSpec('left', figure.y, y, { titleX: layout.axisTitle })],
    legends: hasRamp
      ? [{ fill: 'ramp', title: figure.cells!.label, orient: 'right', gradientLength: layout.plot.height / 2 }]
      : [],
    marks: markLayers(hasRamp, medium),
  };
  // Its types are narrower than its grammar: they know no tables made elsewhere.
  return spec as unknown as Spec;
}
