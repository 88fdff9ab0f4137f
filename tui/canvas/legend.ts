import { cutWords } from '../../src/text/narrow-table.js';
import { formatNumber } from '../../src/text/output.js';
import { LINE_NAME } from '../figure/equilibrium-line.js';
import type { CellState, Figure, FigureSeries } from '../figure/figure.js';
import { FLOOR_NAME } from '../figure/noise-floor-line.js';
import { RANGE_NAME } from '../figure/trajectory.js';
import { type Line, lineText, type Span } from '../line/styled.js';
import { stateStyle, type ValueRamp } from './cell-style.js';
import type { GlyphSet } from './glyphs.js';
import { colorOf, pointStyle } from './inks.js';
import { shownLimits } from './shown-limits.js';

type Item = readonly Span[];

const STATES: readonly CellState[] = [
  'convergence',
  'quasi-periodic',
  'chaotic equilibrium',
  'divergence',
  'undecided',
  'collapsed',
];

/** Regimes that are seen, in one order everywhere. */
function statesIn({ series, cells }: Figure): CellState[] {
  const seen = new Set<CellState | undefined | null>();
  for (const one of series)
    for (const judged of [one, ...one.points])
      if (judged.ending === undefined || judged.regime !== 'undecided') seen.add(judged.regime);
  if (cells?.kind === 'states') for (const row of cells.values) for (const state of row) seen.add(state);
  return STATES.filter((state) => seen.has(state));
}

/** How lines and points end that nothing decides. */
function endingsIn({ series }: Figure): NonNullable<FigureSeries['ending']>[] {
  const seen = new Set<NonNullable<FigureSeries['ending']>>();
  for (const one of series)
    for (const { regime, ending } of [one, ...one.points])
      if (regime === 'undecided' && ending !== undefined) seen.add(ending);
  return [...seen];
}

function seriesItem({ kind, name, regime, points, look }: FigureSeries, place: number, glyphs: GlyphSet): Item[] {
  if (points.length === 0) return [];
  if (kind === 'theory') {
    const line = look === 'dashed' ? `${glyphs.theory} ${glyphs.theory}` : glyphs.theory;
    const ink = look === 'faint' ? { color: 'gray' } : { bold: true };
    return [[{ text: line, ...ink }, { text: ` ${name}` }]];
  }
  if (kind === 'predicted bars') return [[{ text: `${glyphs.predictedBar} ${name}` }]];
  if (kind === 'measured bars') return [[{ text: `${glyphs.bar.at(-1)} ${name}` }]];
  if (regime !== undefined || points.some((point) => point.regime !== undefined)) return [];
  const mark = kind === 'points' ? '+' : glyphs.line;
  return [[{ text: mark, color: look === 'faint' ? 'gray' : colorOf(place), bold: true }, { text: ` ${name}` }]];
}

/** Steps of the colours that are shown between the numbers they stand for. */
const WIDEST_RAMP = 12;

/** Least and largest number of a diagram that colours tell apart, and the colours or shades between them. */
function rampItem({ cells }: Figure, ramp: ValueRamp): Item[] {
  if (cells?.kind !== 'numbers') return [];
  const { limits, isBelow, isAbove } = shownLimits(cells);
  const [low, high] = limits.map((value) => formatNumber(value, 3));
  const isColored = ramp.some(({ color }) => color !== 'gray');
  const count = Math.min(ramp.length, WIDEST_RAMP);
  const steps = Array.from({ length: count }, (_, i): Span => {
    const { mark, color } = ramp[Math.floor((i * ramp.length) / count)]!;
    return isColored ? { text: '█', color } : { text: mark };
  });
  const { mark, color: red } = stateStyle('collapsed');
  const hasGaps = cells.values.some((row) => row.some(Number.isNaN));
  return [
    [{ text: `${cells.label} ${isBelow ? '<=' : ''}${low} [` }, ...steps, { text: `] ${isAbove ? '>=' : ''}${high}` }],
    ...(hasGaps ? [[{ text: mark, color: red, bold: true }, { text: ' collapsed' }]] : []),
  ];
}

const once = (items: readonly Item[]): Item[] => [...new Map(items.map((item) => [lineText(item), item])).values()];

/** A short name of a line; undefined where it has none. */
function shortName(name: string): string | undefined {
  if (name.startsWith(RANGE_NAME)) return 'range';
  return ['predicted', 'closed form'].find((short) => name.startsWith(short)) ?? SHORT_NAMES[name];
}

/** Short names of lines, for the narrowest legend. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  [LINE_NAME]: 'T4',
  [FLOOR_NAME]: 'floor',
  thresholds: 'thresh.',
  'chaotic equilibrium from': 'thresh.',
  'divergence from': 'thresh.',
  'loss of random points': 'random',
};

/** How names are shortened, less and then more, where they have no room. */
const BREVITY: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => shortName(name) ?? name.replace('chaotic ', ''),
  (name) =>
    STATES.includes(name as CellState)
      ? name.replace('chaotic ', '').slice(0, 4)
      : (shortName(name) ?? cutWords(name, 12)),
];

/** Regimes first: without the others a figure can still be read. */
function itemsOf(figure: Figure, glyphs: GlyphSet, ramp: ValueRamp, short: (name: string) => string): Item[] {
  const regimes = statesIn(figure).map((state): Item => {
    const { mark, color: own } = stateStyle(state);
    return [{ text: mark, color: own, bold: true }, { text: ` ${short(state)}` }];
  });
  const open = endingsIn(figure);
  const kinds = new Set(figure.marks.map(({ kind }) => kind));
  const thresholds = [...new Set(figure.marks.filter(({ kind }) => kind === 'threshold').map(({ name }) => name))];
  const thresholdName = thresholds.length === 1 ? thresholds[0]! : 'thresholds';
  return once([
    ...rampItem(figure, ramp),
    ...regimes,
    ...open.map((ending): Item => {
      const { mark, color } = pointStyle({ regime: 'undecided', ending }, 0);
      return [{ text: mark, color, bold: true }, { text: ` ${ending}` }];
    }),
    ...figure.series.flatMap((series, place) =>
      seriesItem({ ...series, name: short(series.legend ?? series.name) }, place, glyphs),
    ),
    ...(kinds.has('threshold') ? [[{ text: `${glyphs.threshold} ${short(thresholdName)}` }]] : []),
    ...(kinds.has('cursor') ? [[{ text: `${glyphs.frame.cursor} cursor` }]] : []),
  ]);
}

/** All that marks, curves and verticals mean, with their whole names. */
export const legendInFull = (figure: Figure, glyphs: GlyphSet): string =>
  itemsOf(figure, glyphs, [], (name) => name)
    .map((item) => lineText(item).replace('[]', 'to'))
    .join(', ');

const joined = (items: readonly Item[], gap = '  '): Line =>
  items.flatMap((item, i) => (i === 0 ? item : [{ text: gap }, ...item]));

const isWithin = (width: number) => (line: Line) => lineText(line).length <= width;

/** Columns of a legend: of a line to itself, 0 where there is none, and of what is free beside the label of the vertical axis. */
export interface LegendRoom {
  readonly line: number;
  readonly beside: number;
}

/** As many of the items as a line has room for, from the first on. */
function fill(items: readonly Item[], width: number, gap?: string): readonly Item[] {
  const count = items.findLastIndex((_, i) => isWithin(width)(joined(items.slice(0, i + 1), gap)));
  return items.slice(0, count + 1);
}

/** The items in the line beside the label, or first in a line of their own and then beside the label; undefined where they do not fit. */
function placed(items: readonly Item[], { line, beside }: LegendRoom, gap?: string): readonly [Line, Line] | undefined {
  if (isWithin(beside)(joined(items, gap))) return [[], joined(items, gap)];
  const first = fill(items, line, gap);
  const rest = joined(items.slice(first.length), gap);
  return first.length > 0 && isWithin(beside)(rest) ? [joined(first, gap), rest] : undefined;
}

/**
 * What marks, curves and verticals mean: names are shortened, then gaps, then what comes last is left out. Returns a line of its own,
 * empty where it takes none, and what stands beside the label of the vertical axis.
 */
export function legend(figure: Figure, room: LegendRoom, glyphs: GlyphSet, ramp: ValueRamp): readonly [Line, Line] {
  let items: readonly Item[] = [];
  for (const short of BREVITY) {
    items = itemsOf(figure, glyphs, ramp, short);
    const lines = placed(items, room);
    if (lines !== undefined) return lines;
  }
  const narrow = placed(items, room, ' ');
  if (narrow !== undefined) return narrow;
  const first = fill(items, room.line, ' ');
  return [joined(first, ' '), joined(fill(items.slice(first.length), room.beside, ' '), ' ')];
}
