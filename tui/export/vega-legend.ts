import type { CellState, Figure } from '../figure/figure.js';
import { GROUND, INK, lineColor, REGIME_LOOK } from './palette.js';

/** What marks, colours and lines of a figure mean, an entry each. */
export interface LegendEntry {
  readonly name: string;
  /** null: a line. */
  readonly shape: string | null;
  readonly fill: string;
  readonly stroke: string;
  readonly dash: readonly number[];
}

export const DASH = { theory: [7, 5], threshold: [3, 3] } as const;

const STATES = Object.keys(GROUND) as CellState[];

const mark = (name: string, shape: string, fill: string, stroke = fill): LegendEntry => ({
  ...{ name, shape, fill, stroke, dash: [] },
});
const line = (name: string, stroke: string, dash: readonly number[] = []): LegendEntry => ({
  ...{ name, shape: null, fill: 'none', stroke, dash },
});

/** Regimes of points and lines by their marks, others that a diagram has by their colour. Bars say themselves what they are. */
function stateEntries({ series, cells }: Figure): LegendEntry[] {
  const marked = series.filter(({ kind }) => kind !== 'measured bars');
  const seen = new Set<CellState | undefined>(
    marked.flatMap(({ regime, points }) => [regime, ...points.map((point) => point.regime)]),
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

function seriesEntry({ name, kind, regime, points, look }: Figure['series'][number], place: number): LegendEntry[] {
  if (points.length === 0) return [];
  if (kind === 'theory') return [line(name, INK.theory, look === 'dashed' ? DASH.theory : [])];
  if (kind === 'predicted bars') return [mark(name, 'square', '#ffffff', INK.theory)];
  if (kind === 'measured bars') {
    const shown = regime ?? 'undecided';
    return [mark(`${name}: ${shown}`, 'square', REGIME_LOOK[shown].color)];
  }
  if (regime !== undefined || points.some((point) => point.regime !== undefined)) return [];
  const color = look === 'faint' ? INK.faint : lineColor(place);
  return [kind === 'points' ? mark(name, 'circle', color) : line(name, color)];
}

/** The entries of a legend, each name once. Verticals have their names beside them. */
export function legendEntries(figure: Figure): LegendEntry[] {
  const entries = [...stateEntries(figure), ...figure.series.flatMap(seriesEntry)];
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}
