import type { Regime } from '../../src/regime/regime.js';

/**
 * A figure as plain data: what is drawn, not how. Terminal, SVG, PNG and CSV are made of the same one; it can be sent between
 * threads. Values may be NaN, infinite or, on logarithmic axes, not positive: whoever draws leaves them out and says so.
 */
export interface Figure {
  /** Short name, as on the command line and in names of files. */
  readonly name: string;
  /** What tells it from others of its name, as parts of the name of a file: a quantity, an ELR. */
  readonly variant?: readonly string[];
  readonly title: string;
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  readonly series: readonly FigureSeries[];
  readonly marks: readonly FigureMark[];
  /** Spans of the horizontal axis, behind all else: between which runs a threshold lies. */
  readonly bands?: readonly FigureBand[];
  /** Of a diagram: what lies below the series. */
  readonly cells?: FigureCells;
  /** Remarks that a reader needs, such as missing data. */
  readonly notes: readonly string[];
  /** What a caption says besides: what error bars are, where a theory says nothing. A terminal has no room for it. */
  readonly details?: readonly string[];
}

/** Scale of an axis. */
export type AxisScale = 'linear' | 'logarithmic';

/** An axis: its label, scale and range. */
export interface FigureAxis {
  readonly label: string;
  readonly scale: AxisScale;
  /** Lowest and highest value; default: of what is drawn. */
  readonly range?: readonly [number, number];
  /** Names of the places 0, 1, 2 ... where the axis counts things, like groups. */
  readonly categories?: readonly string[];
}

/** Regime of a point or cell. */
export type FigureRegime = Regime | 'undecided';

/** How a run ended that did not finish. */
export type RunEnding = 'unfinished' | 'failed';

/** A point of a series, with its error where it has one. */
export interface FigurePoint {
  readonly x: number;
  readonly y: number;
  /** Standard error of y; NaN if it is not known. Of a theory: how far what it is read from leaves it open. */
  readonly error?: number;
  /** Why y or its error is missing, where that is known. */
  readonly reason?: string;
  readonly regime?: FigureRegime | undefined;
  /** Of a run that has not come to its end, or that failed. */
  readonly ending?: RunEnding | undefined;
  /** True where `ending` is `unfinished`: how earlier versions said it. */
  readonly unfinished?: boolean;
  /** What it stands for, like the folder of a run: how a cursor finds it. */
  readonly key?: string;
  /** Under the cursor. */
  readonly selected?: boolean;
}

/** `line`: a function of x, in rising order. `path`: joined in the order given. `theory`: a path, drawn over all others. */
export type SeriesKind = 'points' | 'line' | 'path' | 'theory' | 'predicted bars' | 'measured bars';

/** Points, a line or bars under one name. */
export interface FigureSeries {
  readonly name: string;
  readonly kind: SeriesKind;
  readonly points: readonly FigurePoint[];
  /** Regime of a run that a line or a path shows. */
  readonly regime?: FigureRegime | undefined;
  /** Of a run that has not come to its end, or that failed. */
  readonly ending?: RunEnding | undefined;
  /** True where `ending` is `unfinished`: how earlier versions said it. */
  readonly unfinished?: boolean;
  readonly key?: string;
  /** ELR of a run that a line or a path shows: images colour it by that. */
  readonly elr?: number;
  /** Short text at the end of a line, like an ELR. */
  readonly label?: string;
  /** What a legend calls it, where several series are one thing; default: its name. */
  readonly legend?: string;
  /** Of what is there to be compared with: single steps below their average, one theory beside another. */
  readonly look?: 'faint' | 'dashed';
  readonly selected?: boolean;
}

/** A vertical. */
export interface FigureMark {
  readonly x: number;
  readonly name: string;
  readonly kind: 'threshold' | 'cursor';
}

/** A span of the horizontal axis. */
export interface FigureBand {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** State of a cell of a phase diagram. */
export type CellState = FigureRegime | 'quasi-periodic' | 'collapsed';

/** What each cell holds, values[row][column]: row for the place on y, column for that on x; null if nothing is computed yet, NaN if a cell has no number. */
export type FigureCells = {
  /** Centres of the columns and rows, rising, equally spaced on the axes' scales. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly label: string;
  /** Whether the numbers are logarithms to base 10. */
  readonly isLogarithm?: boolean;
} & (
  | { readonly kind: 'states'; readonly values: readonly (readonly (CellState | null)[])[] }
  | { readonly kind: 'numbers'; readonly values: readonly (readonly (number | null)[])[] }
);

/** The figure with other scales: what `--log-x` and the keys of the application change. */
export const withScales = (figure: Figure, { x, y }: { readonly x?: AxisScale; readonly y?: AxisScale }): Figure => ({
  ...figure,
  x: { ...figure.x, scale: x ?? figure.x.scale },
  y: { ...figure.y, scale: y ?? figure.y.scale },
});

/** The figure without its theory. */
export const withoutTheory = (figure: Figure): Figure => ({
  ...figure,
  series: figure.series.filter(({ kind }) => kind !== 'theory' && kind !== 'predicted bars'),
});

/** The figure with a cursor at `x`, where it is given, and what has one of the keys selected. */
export function withCursor(
  figure: Figure,
  { x, keys }: { readonly x?: number | undefined; readonly keys: readonly string[] },
): Figure {
  const isSelected = (key: string | undefined): boolean => key !== undefined && keys.includes(key);
  return {
    ...figure,
    series: figure.series.map((series) => ({
      ...series,
      selected: isSelected(series.key),
      points: series.points.map((point) => (isSelected(point.key) ? { ...point, selected: true } : point)),
    })),
    marks: [...figure.marks, ...(x === undefined ? [] : [{ x, name: 'cursor', kind: 'cursor' as const }])],
  };
}

/** The figure without what only a screen needs: cursor and selection. */
export const withoutCursor = (figure: Figure): Figure => ({
  ...figure,
  series: figure.series.map(({ selected: _, points, ...series }) => ({
    ...series,
    points: points.map(({ selected: __, ...point }) => point),
  })),
  marks: figure.marks.filter(({ kind }) => kind !== 'cursor'),
});
