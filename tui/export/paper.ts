import { UsageError } from '../../src/system/usage-error.js';

/** Places that a figure is made for, as journals and projectors have them. */
export const PAPER_NAMES = ['column', 'page', 'slide'] as const;
/** One of `PAPER_NAMES`. */
export type PaperName = (typeof PAPER_NAMES)[number];

/** The size of a printed figure. Lengths in points, 72 to the inch. */
export interface Paper {
  readonly width: number;
  readonly height: number;
  /** Height of the text of ticks and legends; no other differs from it by more than 8%. */
  readonly text: number;
  /** Dots per inch of a PNG. */
  readonly resolution: number;
  /** Whether the figure stands by itself, with its title; in a column the caption says it. */
  readonly hasTitle: boolean;
}

const INCH = 72;
const MILLIMETRE = INCH / 25.4;
const PRINT = { text: 7.5, resolution: 600, hasTitle: false };

/** A column of two (3.5 in, 89 mm), the width of a page (7 in, 178 mm), and a slide of 16 to 9. */
const PAPERS: Readonly<Record<PaperName, Paper>> = {
  column: { ...PRINT, width: 3.5 * INCH, height: 2.6 * INCH },
  page: { ...PRINT, width: 7 * INCH, height: 3.6 * INCH },
  slide: { width: 10 * INCH, height: 5.625 * INCH, text: 16, resolution: 200, hasTitle: true },
};

const NARROWEST = 2 * INCH;
const WIDEST = 20 * INCH;
const LENGTH = /^(\d+(?:\.\d+)?)(mm|in)$/;
/** Height of a figure of another width, as a part of it. */
const SHAPE = 0.72;
const TALLEST = 4 * INCH;

/** What a size is on paper: one of `PAPER_NAMES`, or a width such as 86mm or 3.25in. Throws a UsageError for anything else. */
export function paperOf(size: string): Paper {
  const name = PAPER_NAMES.find((candidate) => candidate === size);
  if (name !== undefined) return PAPERS[name];
  const [, digits, unit] = LENGTH.exec(size) ?? [];
  const width = Number(digits) * (unit === 'mm' ? MILLIMETRE : INCH);
  if (!(width >= NARROWEST && width <= WIDEST))
    throw new UsageError(`--size ${size}; allowed: ${PAPER_NAMES.join(', ')}, or a width from 2in to 20in like 86mm`);
  return { ...PRINT, width, height: Math.min(SHAPE * width, TALLEST) };
}
