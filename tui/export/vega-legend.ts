import type { CellState, Figure } from '../figure/figure.js';
import { GROUND, INK, lineColor, REGIME_LOOK } from './palette.js';

/** What marks, colours and lines of a figure mean, an entry each. */
export interface LegendEntry {
  readonly name: string;
  readonly shape: string;
  readonly fill: string;
  readonly stroke: string;
  readonly dash: readonly number[];
}

const STATES = Object.keys(GROUND) as CellState[];

const mark = (name: string, shape: string, color: string): LegendEntry => ({
  ...{ name, shape, fill: color, stroke: shape === 'stroke' ? color : 'transparent', dash: [] },
});

function stateEntries({ series, cells }: Figure): LegendEntry[] {
  const seen = new Set<CellState | undefined>(
    series.flatMap(({ regime, points }) => [regime, ...points.map((point) => point.regime)]),
  );
  const grounds = new Set<CellState | null>(cells?.kind === 'states' ? cells.values.flat() : []);
  return STATES.flatMap((state) => {
    if (state in REGIME_LOOK && seen.has(state)) {
      const { shape, color } = REGIME_LOOK[state as keyof typeof REGIME_LOOK];
      return [mark(state, shape, color)];
    }
    return grounds.has(state) ? [mark(state, 'square', GROUND[state])] : [];
  });
}

function seriesEntry({ name, kind, regime, points }: Figure['series'][number], place: number): LegendEntry[] {
  if (points.length === 0) return [];
  if (kind === 'theory') return [mark(name, 'stroke', INK.theory)];
  if (kind === 'predicted bars') return [{ ...mark(name, 'square', '#ffffff'), stroke: INK.theory }];
  const isPlain = regime === undefined && points.every((point) => point.regime === undefined);
  if (kind === 'measured bars' || !isPlain) return [];
  return [mark(name, kind === 'points' ? 'circle' : 'stroke', lineColor(place))];
}

/** The entries of a legend, each name once. */
export function legendEntries(figure: Figure): LegendEntry[] {
  const entries = [
    ...stateEntries(figure),
    ...figure.series.flatMap(seriesEntry),
    ...(figure.marks.some(({ kind }) => kind === 'threshold')
      ? [{ ...mark('threshold', 'stroke', INK.quiet), dash: [3, 3] }]
      : []),
  ];
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}
