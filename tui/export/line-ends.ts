import type { Drawable } from '../figure/drawable.js';
import { apart } from './apart.js';
import { labelColor } from './elr-colors.js';
import { END_GAP } from './layout.js';
import { lookOf } from './palette.js';
import { type Box, placeLabels } from './place-labels.js';
import { textWidth } from './text-width.js';
import { lineColors, type Row, rimOf } from './vega-data.js';

/** The ends of lines: the mark of a regime, and the label of the line. */

/** From a value to its place in the plot. */
export interface Places {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly width: number;
  readonly height: number;
}

interface End {
  readonly px: number;
  readonly py: number;
  readonly color: string;
  readonly shape: string | undefined;
  readonly label: string | undefined;
  readonly isPath: boolean;
}

export interface EndTables {
  readonly ends: readonly Row[];
  readonly labels: readonly Row[];
  /** Lines from ends to labels that stand apart from them. */
  readonly leaders: readonly Row[];
}

/** Whether a series is named at its end: of runs with one colour the first is. A level in the colour of its run needs no name. */
function labelled(series: Drawable['series']): boolean[] {
  const seen = new Set<number>();
  return series.map(({ kind, elr, label }) => {
    if (label === undefined || kind === 'points' || kind.endsWith('bars')) return false;
    if (elr === undefined) return true;
    const isNew = kind !== 'theory' && !seen.has(elr);
    if (isNew) seen.add(elr);
    return isNew;
  });
}

/** Labels that the margin right of the plot will show. */
export const marginLabels = ({ series }: Drawable): string[] => {
  const isLabelled = labelled(series);
  return series.flatMap(({ kind, label, pieces }, i) =>
    isLabelled[i] && kind !== 'path' && pieces.length > 0 ? [label!] : [],
  );
};

function endsOf({ series }: Drawable, places: Places): End[] {
  const colors = lineColors(series);
  const isLabelled = labelled(series);
  return series.flatMap(({ kind, pieces, regime, ending, label }, i): End[] => {
    const end = pieces.at(-1)?.at(-1);
    if (end === undefined || kind === 'points' || kind.endsWith('bars')) return [];
    const shape = lookOf({ regime, ending })?.shape;
    const own = isLabelled[i] ? label : undefined;
    const [px, py] = [places.x(end.x), places.y(end.y)];
    return shape === undefined && own === undefined
      ? []
      : [{ px, py, color: colors[i]!, shape, label: own, isPath: kind === 'path' }];
  });
}

/** At most as many as have room, evenly out of all: the rest is told by colour. */
function thinned(ends: readonly End[], most: number): readonly End[] {
  const stride = Math.ceil(ends.length / Math.max(1, most));
  return stride <= 1 ? ends : ends.filter((_, i) => (ends.length - 1 - i) % stride === 0);
}

/** Labels in the margin, each beside its line as far as others leave room, with a line to it. */
function marginTables(ends: readonly End[], { width, height }: Places, size: number): Omit<EndTables, 'ends'> {
  const gap = size + 0.6;
  const kept = apart(
    thinned(ends, Math.floor(height / gap) + 1).map((end) => ({ ...end, at: end.py })),
    gap,
    height,
  );
  return {
    labels: kept.map(({ at, label, color }) => ({ px: width + END_GAP, py: at, label, color: labelColor(color) })),
    leaders: kept.map(({ at, px, py, color }) => ({ px: px + 4, py, px2: width + END_GAP - 2, py2: at, color })),
  };
}

/** Every few units along the lines, for labels to keep away from. */
const SAMPLE = 5;

/** A point in pixels of the plot. */
export const placeOf = ({ x, y }: { readonly x: number; readonly y: number }, places: Places) => ({
  x: places.x(x),
  y: places.y(y),
});

/** Places along all that is drawn. */
export function drawnPlaces({ series }: Drawable, places: Places) {
  return series.flatMap(({ pieces, kind }) =>
    pieces.flatMap((piece) =>
      piece.slice(1).flatMap((point, i) => {
        const [from, to] = [piece[i]!, point].map((end) => placeOf(end, places));
        const count = kind === 'points' ? 1 : Math.ceil(Math.hypot(to!.x - from!.x, to!.y - from!.y) / SAMPLE);
        return Array.from({ length: Math.min(count, 400) }, (_, j) => ({
          x: from!.x + ((to!.x - from!.x) * j) / count,
          y: from!.y + ((to!.y - from!.y) * j) / count,
        }));
      }),
    ),
  );
}

/** Labels of paths, which end anywhere. */
function pathTables(
  ends: readonly End[],
  shown: Drawable,
  places: Places,
  { size, taken }: EndOptions,
): Omit<EndTables, 'ends'> {
  const wishes = ends.map(({ px, py, label }) => ({ x: px, y: py, width: textWidth(label!, size), height: size }));
  const placed = placeLabels(wishes, {
    width: places.width,
    height: places.height,
    drawn: drawnPlaces(shown, places),
    taken,
  });
  return {
    labels: placed.flatMap((place, i) => {
      const { label, color } = ends[i]!;
      return place === undefined ? [] : [{ px: place.x, py: place.y, label, color: labelColor(color) }];
    }),
    leaders: placed.flatMap((place, i) => {
      const { px, py, color } = ends[i]!;
      return place?.leader === undefined ? [] : [{ px, py, px2: place.leader.x, py2: place.leader.y, color }];
    }),
  };
}

export interface EndOptions {
  /** Height of the text. */
  readonly size: number;
  /** Where other texts stand. */
  readonly taken: readonly Box[];
}

/** The tables of what stands at the ends of lines. */
export function endTables(shown: Drawable, places: Places, options: EndOptions): EndTables {
  const ends = endsOf(shown, places);
  const named = ends.filter(({ label }) => label !== undefined);
  const margin = marginTables(
    named.filter(({ isPath }) => !isPath),
    places,
    options.size,
  );
  const paths = pathTables(
    named.filter(({ isPath }) => isPath),
    shown,
    places,
    options,
  );
  return {
    ends: ends.flatMap(({ px, py, shape, color }) =>
      shape === undefined ? [] : [{ px, py, shape, color, rim: rimOf(shape, color) }],
    ),
    labels: [...margin.labels, ...paths.labels],
    leaders: [...margin.leaders, ...paths.leaders],
  };
}
