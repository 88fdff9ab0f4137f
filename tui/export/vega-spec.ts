import type { Spec } from 'vega';
import { cellLimits } from '../figure/cell-limits.js';
import { type Drawable, drawable, figureNotes } from '../figure/drawable.js';
import type { Figure, FigureAxis } from '../figure/figure.js';
import { createScale, type Range } from '../figure/scale.js';
import { type Tick, ticks } from '../figure/ticks.js';
import { FONT, INK } from './palette.js';
import { barRows, cellRows, endRows, lineRows, pointRows } from './vega-data.js';
import { legendEntries } from './vega-legend.js';
import { markLayers } from './vega-marks.js';

export interface SpecSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels for each tick. */
const ROOM = { x: 90, y: 55 };
const RAMP = 'viridis';

/** Powers of ten as people write them. */
const SUPERSCRIPT: Readonly<Record<string, string>> = Object.fromEntries(
  [...'-0123456789'].map((char, i) => [char, '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'[i]!]),
);
export const powerText = (label: string): string =>
  label.replace(/^(?:1e|(\d[\d.]*)e)(-?\d+)$/, (_, digits: string | undefined, power: string) => {
    const ten = `10${[...power].map((char) => SUPERSCRIPT[char]).join('')}`;
    return digits === undefined ? ten : `${digits}·${ten}`;
  });

function axisTicks(axis: FigureAxis, range: Range, length: number, room: number): Tick[] {
  if (axis.categories) return axis.categories.map((label, value) => ({ value, label }));
  const all = ticks(createScale(axis.scale, range), Math.max(2, Math.floor(length / room)));
  return all.map(({ value, label }) => ({ value, label: powerText(label.replace(/^-/, '−')) }));
}

const scaleSpec = (name: string, { scale }: FigureAxis, domain: Range, range: 'width' | 'height') => ({
  ...{ name, range, domain: [...domain], zero: false, nice: false },
  type: scale === 'logarithmic' ? ('log' as const) : ('linear' as const),
});

function axisSpec(orient: 'bottom' | 'left', axis: FigureAxis, all: readonly Tick[]) {
  const name = orient === 'bottom' ? 'x' : 'y';
  return {
    ...{ orient, scale: name, title: axis.label, values: all.map(({ value }) => value) },
    ...{ grid: axis.categories === undefined, ticks: axis.categories === undefined, zindex: 0 },
    encode: { labels: { update: { text: { signal: `${name}Labels[datum.value]` } } } },
  };
}

function legends(figure: Figure, entries: ReturnType<typeof legendEntries>) {
  const ramp =
    figure.cells?.kind === 'numbers'
      ? [{ fill: 'ramp', title: figure.cells.label, orient: 'right', gradientLength: 240 }]
      : [];
  if (entries.length === 0) return ramp;
  const looked = (field: string) => ({ signal: `legendLooks[datum.value].${field}` });
  const symbols = {
    ...{ fill: looked('fill'), stroke: looked('stroke'), strokeDash: looked('dash'), size: { value: 140 } },
    ...{ strokeWidth: { value: 2 }, opacity: { value: 1 } },
  };
  return [
    {
      shape: 'legendShape',
      orient: 'top',
      direction: 'horizontal',
      columns: 0,
      gridAlign: 'none',
      encode: { symbols: { update: symbols } },
    },
    ...ramp,
  ];
}

const labelsOf = (all: readonly Tick[]): Record<string, string> =>
  Object.fromEntries(all.map(({ value, label }) => [String(value), label]));

function tables(figure: Figure, shown: Drawable, height: number) {
  const y = createScale(figure.y.scale, shown.yRange);
  const at = (value: number): number => height * (1 - Math.min(1, Math.max(0, y.part(value))));
  const ends = endRows(shown, at);
  return {
    cells: figure.cells === undefined ? [] : cellRows(figure.cells, figure),
    lines: lineRows(shown, ['line', 'path']),
    theory: lineRows(shown, ['theory']),
    bars: barRows(shown),
    points: pointRows(shown),
    ends: ends.filter(({ shape }) => shape !== undefined),
    labels: ends.filter(({ label }) => label !== undefined),
    marks: figure.marks
      .filter(({ x }) => x >= shown.xRange[0] && x <= shown.xRange[1])
      .map((mark) => ({ ...mark, dash: mark.kind === 'threshold' ? [3, 3] : [] })),
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
  title: {
    anchor: 'start',
    fontSize: 20,
    fontWeight: 600,
    color: INK.text,
    offset: 12,
    subtitleFontSize: 13,
    subtitleColor: INK.quiet,
  },
  axis: {
    ...{
      labelFontSize: 13,
      titleFontSize: 15,
      titleFontWeight: 400,
      titlePadding: 10,
      labelColor: INK.text,
      titleColor: INK.text,
    },
    ...{ gridColor: INK.grid, domainColor: INK.frame, tickColor: INK.frame, labelPadding: 5, labelOverlap: true },
  },
  legend: {
    ...{ labelFontSize: 13, labelColor: INK.text, titleFontSize: 13, titleFontWeight: 400, titleColor: INK.text },
    ...{ offset: 10, columnPadding: 18, symbolStrokeWidth: 2, labelLimit: 400 },
  },
} as const;

/** A figure in the grammar of vega. */
export function vegaSpec(figure: Figure, { width, height }: SpecSize): Spec {
  const shown = drawable(figure);
  const data = tables(figure, shown, height);
  const [x, y] = [axisTicks(figure.x, shown.xRange, width, ROOM.x), axisTicks(figure.y, shown.yRange, height, ROOM.y)];
  const entries = legendEntries(figure);
  const notes = [...figureNotes(figure, shown), ...(shown.isEmpty ? ['nothing to draw yet'] : [])];
  const spec = {
    ...{ width, height, padding: 16, autosize: { type: 'fit', contains: 'padding' }, config: CONFIG },
    title: { text: figure.title, ...(notes.length > 0 && { subtitle: notes }) },
    signals: [
      { name: 'xLabels', value: labelsOf(x) },
      { name: 'yLabels', value: labelsOf(y) },
      { name: 'legendLooks', value: Object.fromEntries(entries.map((entry) => [entry.name, entry])) },
    ],
    data: Object.entries(data).map(([name, values]) => ({ name, values })),
    scales: [
      scaleSpec('x', figure.x, shown.xRange, 'width'),
      scaleSpec('y', figure.y, shown.yRange, 'height'),
      { name: 'ramp', type: 'linear', range: { scheme: RAMP }, domain: rampDomain(figure), zero: false },
      {
        ...{ name: 'legendShape', type: 'ordinal' },
        ...{ domain: entries.map(({ name }) => name), range: entries.map(({ shape }) => shape) },
      },
    ],
    axes: [axisSpec('bottom', figure.x, x), axisSpec('left', figure.y, y)],
    legends: legends(figure, entries),
    marks: markLayers(figure.cells?.kind === 'numbers'),
  };
  // Its types are narrower than its grammar: they know no tables made elsewhere.
  return spec as unknown as Spec;
}
