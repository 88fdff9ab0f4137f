import { textWidth } from './text-width.js';
import type { LegendEntry } from './vega-legend.js';

/** Where the parts of a figure are: pixels from the upper left corner of the plot, above and left of which they are negative. */
export interface Layout {
  readonly plot: { readonly width: number; readonly height: number };
  readonly padding: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly title: { readonly x: number; readonly y: number };
  readonly notes: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly legend: readonly (LegendEntry & { readonly px: number; readonly py: number; readonly textX: number })[];
}

export interface LayoutParts {
  readonly width: number;
  readonly height: number;
  readonly notes: readonly string[];
  readonly legend: readonly LegendEntry[];
  /** Labels of the vertical axis, and those right of the plot. */
  readonly ticks: readonly string[];
  readonly ends: readonly string[];
  /** Whether a bar of colours stands right of the plot. */
  readonly hasRamp: boolean;
}

export const SIZE = { title: 20, note: 13, legend: 13, tick: 13, axisTitle: 15, end: 12 } as const;
const EDGE = 16;
const LINE = { title: 28, note: 18, legend: 24 };
const SYMBOL = { width: 18, gap: 7, between: 24 };
const SMALLEST = { width: 120, height: 80 };

const widest = (texts: readonly string[], size: number): number =>
  texts.reduce((most, text) => Math.max(most, textWidth(text, size)), 0);

/** Entries side by side, in as many rows as they need; places from the left end of the first row. */
function legendRows(entries: readonly LegendEntry[], width: number) {
  let [left, row] = [0, 0];
  return entries.map((entry) => {
    const needed = SYMBOL.width + SYMBOL.gap + textWidth(entry.name, SIZE.legend);
    if (left > 0 && left + needed > width) [left, row] = [0, row + 1];
    const placed = { entry, left, row };
    left += needed + SYMBOL.between;
    return placed;
  });
}

/** Sizes and positions for a figure whose total size is given in pixels. */
export function layoutOf({ width, height, notes, legend, ticks, ends, hasRamp }: LayoutParts): Layout {
  const left = EDGE + SIZE.axisTitle + 14 + widest(ticks, SIZE.tick) + 12;
  const right = EDGE + (ends.length > 0 ? widest(ends, SIZE.end) + 8 : 0) + (hasRamp ? 90 : 0);
  const rows = legendRows(legend, width - left - EDGE);
  const legendHeight = LINE.legend * (rows.length === 0 ? 0 : rows.at(-1)!.row + 1);
  const top = EDGE + LINE.title + notes.length * LINE.note + legendHeight + 6;
  const bottom = EDGE + SIZE.tick + SIZE.axisTitle + 24;
  const firstLegend = EDGE + LINE.title + notes.length * LINE.note + LINE.legend / 2 - top;
  return {
    plot: {
      width: Math.max(SMALLEST.width, width - left - right),
      height: Math.max(SMALLEST.height, height - top - bottom),
    },
    padding: { left, right, top, bottom },
    title: { x: EDGE - left, y: EDGE + SIZE.title - 4 - top },
    notes: notes.map((text, i) => ({ x: EDGE - left, y: EDGE + LINE.title + (i + 0.6) * LINE.note - top, text })),
    legend: rows.map(({ entry, left: start, row }) => ({
      ...entry,
      px: start + SYMBOL.width / 2,
      py: firstLegend + row * LINE.legend,
      textX: start + SYMBOL.width + SYMBOL.gap,
    })),
  };
}
