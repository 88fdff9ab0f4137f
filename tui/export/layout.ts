import type { Medium } from './medium.js';
import { textWidth, wrapped } from './text-width.js';
import type { LegendEntry } from './vega-legend.js';

/** Where the parts of a figure are: from the upper left corner of the plot, above and left of which they are negative. */
export interface Layout {
  readonly plot: { readonly width: number; readonly height: number };
  readonly padding: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** Where the title of the vertical axis stands: Vega's own guess of how wide its labels are would push it over the border. */
  readonly axisTitle: number;
  readonly title: readonly PlacedText[];
  readonly notes: readonly PlacedText[];
  readonly legend: readonly (LegendEntry & { readonly px: number; readonly py: number; readonly textX: number })[];
}

interface PlacedText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface LayoutParts {
  readonly medium: Medium;
  readonly notes: readonly string[];
  readonly legend: readonly LegendEntry[];
  /** Labels of the vertical axis, and those right of the plot. */
  readonly ticks: readonly string[];
  readonly ends: readonly string[];
  /** Whether a bar of colours stands right of the plot. */
  readonly hasRamp: boolean;
}

/** From one line to the next, as a multiple of the height of its text. */
const LINE = { title: 1.3, note: 1.35, legend: 1.6 };
const SYMBOL = { width: 18, gap: 6, between: 16 };
const SMALLEST = { width: 120, height: 80 };
/** From the plot to what stands right of it. */
export const END_GAP = 12;

const widest = (texts: readonly string[], size: number): number =>
  texts.reduce((most, text) => Math.max(most, textWidth(text, size)), 0);

/** Entries side by side, in as many rows as they need; places from the left end of the first row. */
function legendRows(entries: readonly LegendEntry[], width: number, size: number) {
  let [left, row] = [0, 0];
  return entries.map((entry) => {
    const needed = SYMBOL.width + SYMBOL.gap + textWidth(entry.name, size);
    if (left > 0 && left + needed > width) [left, row] = [0, row + 1];
    const placed = { entry, left, row };
    left += needed + SYMBOL.between;
    return placed;
  });
}

/** Sizes and positions for a figure whose total size is that of its medium. */
export function layoutOf({ medium, notes, legend, ticks, ends, hasRamp }: LayoutParts): Layout {
  const { width, height, text, edge } = medium;
  const left = edge + text.axisTitle + 10 + widest(ticks, text.tick) + 10;
  const right =
    edge + (ends.length > 0 ? widest(ends, text.end) + END_GAP + 2 : text.tick) + (hasRamp ? 6.4 * text.tick : 0);
  const titles = medium.title === undefined ? [] : wrapped(medium.title, text.title, width - 2 * edge);
  const remarks = notes.flatMap((note) => wrapped(note, text.note, width - 2 * edge));
  const [titleLine, noteLine, legendLine] = [text.title * LINE.title, text.note * LINE.note, text.legend * LINE.legend];
  // Below a narrow plot's width there is more room for a legend from the left border on.
  const fromLeft = medium.hasNotes ? 0 : edge - left;
  const rows = legendRows(legend, width - edge - left - fromLeft, text.legend);
  const [noteTop, legendTop] = [titles.length * titleLine, titles.length * titleLine + remarks.length * noteLine];
  const top = edge + legendTop + legendLine * (rows.length === 0 ? 0 : rows.at(-1)!.row + 1) + 6;
  const bottom = edge + text.tick + text.axisTitle + (medium.hasNotes ? 24 : 17);
  const placed = (texts: readonly string[], from: number, line: number): PlacedText[] =>
    texts.map((each, i) => ({ x: edge - left, y: edge + from + (i + 0.55) * line - top, text: each }));
  return {
    plot: {
      width: Math.max(SMALLEST.width, width - left - right),
      height: Math.max(SMALLEST.height, height - top - bottom),
    },
    padding: { left, right, top, bottom },
    axisTitle: edge - left + text.axisTitle,
    title: placed(titles, 0, titleLine),
    notes: placed(remarks, noteTop, noteLine),
    legend: rows.map(({ entry, left: start, row }) => ({
      ...entry,
      px: fromLeft + start + SYMBOL.width / 2,
      py: edge + legendTop + (row + 0.5) * legendLine - top,
      textX: fromLeft + start + SYMBOL.width + SYMBOL.gap,
    })),
  };
}
