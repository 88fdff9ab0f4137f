import type { CellState, Figure, FigurePoint } from '../figure/figure.js';
import { elrSpan } from './elr-colors.js';
import { ENDING_LOOK, GROUND, INK, type Judged, lineColor, lookOf, REGIME_LOOK } from './palette.js';

/** What marks, colours and lines of a figure mean, an entry each. */
export interface LegendEntry {
  readonly name: string;
  /** null: a line. */
  readonly shape: string | null;
  readonly fill: string;
  readonly stroke: string;
  readonly dash: readonly number[];
}

export const DASH = { theory: [7, 5], threshold: [3, 3], level: [2, 2] } as const;

const STATES = Object.keys(GROUND) as CellState[];

const mark = (name: string, shape: string, fill: string, stroke = fill): LegendEntry => ({
  ...{ name, shape, fill, stroke, dash: [] },
});
const line = (name: string, stroke: string, dash: readonly number[] = []): LegendEntry => ({
  ...{ name, shape: null, fill: 'none', stroke, dash },
});

/**
 * Regimes of points and lines by their marks, others that a diagram has by their colour. Bars say themselves what they are. Where
 * lines have the colours of their ELRs, the mark alone shows the regime.
 */
function stateEntries({ series, cells }: Figure): LegendEntry[] {
  const marked = series.filter(({ kind }) => kind !== 'measured bars');
  const isByElr = elrSpan(series) !== undefined && !marked.some(({ kind }) => kind === 'points');
  const judged: readonly Judged[] = marked.flatMap((one) => [one, ...one.points]);
  const isOpen = ({ regime, ending }: Judged): boolean => regime === 'undecided' && ending !== undefined;
  const seen = new Set<CellState | undefined>(judged.filter((one) => !isOpen(one)).map(({ regime }) => regime));
  const endings = new Set(judged.filter(isOpen).map(({ ending }) => ending));
  const grounds = new Set<CellState | null>(cells?.kind === 'states' ? cells.values.flat() : []);
  const states = STATES.flatMap((state) => {
    if (state in REGIME_LOOK && seen.has(state)) {
      const { shape, color } = REGIME_LOOK[state as keyof typeof REGIME_LOOK];
      return [mark(state, shape, isByElr ? INK.mark : color)];
    }
    return grounds.has(state) ? [mark(state, 'square', GROUND[state])] : [];
  });
  const open = (Object.keys(ENDING_LOOK) as (keyof typeof ENDING_LOOK)[]).filter((ending) => endings.has(ending));
  const entry = (ending: keyof typeof ENDING_LOOK): LegendEntry => {
    const { shape, color } = ENDING_LOOK[ending];
    return mark(ending, shape, isByElr ? INK.mark : color);
  };
  return [...states, ...open.map(entry)];
}

function seriesEntry(
  { name: own, legend, kind, regime, points, look, elr, label, ending }: Figure['series'][number],
  place: number,
): LegendEntry[] {
  if (points.length === 0) return [];
  const name = legend ?? own;
  if (kind === 'theory' && elr !== undefined) return [line(name, INK.mark, DASH.level)];
  if (kind === 'theory' && look === 'faint') return [line(name, INK.level)];
  if (kind === 'theory') return [line(name, INK.theory, look === 'dashed' ? DASH.theory : [])];
  if (kind === 'predicted bars') return [mark(name, 'square', '#ffffff', INK.theory)];
  if (kind === 'measured bars') {
    const shown = regime ?? 'undecided';
    return [mark(`${name}: ${shown}`, 'square', REGIME_LOOK[shown].color)];
  }
  // A run that is alone in its figure: its line has no label at its end.
  if (kind === 'line' && regime !== undefined && label === undefined)
    return [line(name, lookOf({ regime, ending })!.color)];
  if (regime !== undefined || points.some((point) => point.regime !== undefined)) return [];
  const color = look === 'faint' ? INK.faint : lineColor(place);
  return [kind === 'points' ? mark(name, 'circle', color) : line(name, color)];
}

/** An upright with a short line at either end. */
const WHISKER = 'M-0.5,-1L0.5,-1M0,-1L0,1M-0.5,1L0.5,1';

/** Whether the error of a point can be drawn. */
export const hasError = ({ error }: FigurePoint): boolean => error !== undefined && error > 0 && Number.isFinite(error);

/** What error bars and the bands of theories are, where there are any. */
function errorEntries({ series }: Figure): LegendEntry[] {
  const kinds = new Set(series.filter(({ points }) => points.some(hasError)).map(({ kind }) => kind === 'theory'));
  const names = [...(kinds.has(false) ? ['bars'] : []), ...(kinds.has(true) ? ['bands'] : [])];
  return names.length === 0 ? [] : [mark(`${names.join(', ')}: standard error`, WHISKER, 'none', INK.text)];
}

/** The entries of a legend, each name once. Verticals have their names beside them. */
export function legendEntries(figure: Figure): LegendEntry[] {
  const bands = (figure.bands ?? []).map(({ name }) => mark(name, 'square', INK.bracket, INK.frame));
  const entries = [...stateEntries(figure), ...figure.series.flatMap(seriesEntry), ...bands, ...errorEntries(figure)];
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}
