import { cutWords } from '../../src/text/narrow-table.js';
import { formatNumber } from '../../src/text/output.js';
import { cellLimits } from '../figure/cell-limits.js';
import type { CellState, Figure, FigureSeries } from '../figure/figure.js';
import { type Line, lineText, type Span } from '../line/styled.js';
import { RAMP, SHADES, stateStyle } from './cell-style.js';
import type { GlyphSet } from './glyphs.js';
import { colorOf } from './inks.js';

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
  const seen = new Set<CellState | undefined | null>(
    series.flatMap(({ regime, points }) => [regime, ...points.map((point) => point.regime)]),
  );
  if (cells?.kind === 'states') for (const row of cells.values) for (const state of row) seen.add(state);
  return STATES.filter((state) => seen.has(state));
}

function seriesItem({ kind, name, regime, points, look }: FigureSeries, place: number, glyphs: GlyphSet): Item[] {
  if (points.length === 0) return [];
  if (kind === 'theory') {
    const line = look === 'dashed' ? `${glyphs.theory} ${glyphs.theory}` : glyphs.theory;
    return [[{ text: line, bold: true }, { text: ` ${name}` }]];
  }
  if (kind === 'predicted bars') return [[{ text: `${glyphs.predictedBar} ${name}` }]];
  if (kind === 'measured bars') return [[{ text: `${glyphs.bar.at(-1)} ${name}` }]];
  if (regime !== undefined || points.some((point) => point.regime !== undefined)) return [];
  const mark = kind === 'points' ? '+' : glyphs.line;
  return [[{ text: mark, color: look === 'faint' ? 'gray' : colorOf(place), bold: true }, { text: ` ${name}` }]];
}

/** Least and largest number of a diagram, and the colours or shades between them. */
function rampItem({ cells }: Figure, color: boolean): Item[] {
  if (cells?.kind !== 'numbers') return [];
  const [low, high] = cellLimits(cells).map((value) => formatNumber(value, 3));
  const ramp = SHADES.map((shade, i): Span => (color ? { text: '█', color: RAMP[i]! } : { text: shade }));
  const { mark, color: red } = stateStyle('collapsed');
  const hasGaps = cells.values.some((row) => row.some(Number.isNaN));
  return [
    [{ text: `${cells.label} ${low} [` }, ...ramp, { text: `] ${high}` }],
    ...(hasGaps ? [[{ text: mark, color: red, bold: true }, { text: ' collapsed' }]] : []),
  ];
}

const once = (items: readonly Item[]): Item[] => [...new Map(items.map((item) => [lineText(item), item])).values()];

/** How names are shortened, less and then more, where they have no room. */
const BREVITY: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.replace('chaotic ', ''),
  (name) => (STATES.includes(name as CellState) ? name.replace('chaotic ', '').slice(0, 4) : cutWords(name, 12)),
];

/** Regimes first: without the others a figure can still be read. */
function itemsOf(figure: Figure, glyphs: GlyphSet, color: boolean, short: (name: string) => string): Item[] {
  const regimes = statesIn(figure).map((state): Item => {
    const { mark, color: own } = stateStyle(state);
    return [{ text: mark, color: own, bold: true }, { text: ` ${short(state)}` }];
  });
  const kinds = new Set(figure.marks.map(({ kind }) => kind));
  const thresholds = [...new Set(figure.marks.filter(({ kind }) => kind === 'threshold').map(({ name }) => name))];
  const thresholdName = thresholds.length === 1 ? thresholds[0]! : 'thresholds';
  return once([
    ...rampItem(figure, color),
    ...regimes,
    ...figure.series.flatMap((series, place) => seriesItem({ ...series, name: short(series.name) }, place, glyphs)),
    ...(kinds.has('threshold') ? [[{ text: `${glyphs.threshold} ${short(thresholdName)}` }]] : []),
    ...(kinds.has('cursor') ? [[{ text: `${glyphs.frame.cursor} cursor` }]] : []),
  ]);
}

const GAP: Span = { text: '  ' };

const joined = (items: readonly Item[]): Line => items.flatMap((item, i) => (i === 0 ? item : [GAP, ...item]));

/** What marks, curves and verticals mean, in at most `width` columns: names are shortened, then what comes last is left out. */
export function legend(figure: Figure, width: number, glyphs: GlyphSet, color: boolean): Line {
  const all = BREVITY.map((short) => itemsOf(figure, glyphs, color, short));
  const fitting = all.map(joined).find((line) => lineText(line).length <= width);
  if (fitting !== undefined) return fitting;
  const items = all.at(-1)!;
  const count = items.findLastIndex((_, i) => lineText(joined(items.slice(0, i + 1))).length <= width);
  return joined(items.slice(0, count + 1));
}
