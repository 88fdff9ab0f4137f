import { cutWords, wrapWords } from '../../src/text/narrow-table.js';
import { fitHeight, type Line, lineText, plainLine } from './styled.js';

/** What of a text longer than the screen is shown. */
export interface Scrolling {
  /** Lines of the screen. */
  readonly height: number;
  /** The first line shown. */
  readonly scroll: number;
}

export const GAP = 2;
/** Width of each side of the screen. */
export const halfWidth = (width: number): number => Math.floor((width - GAP) / 2);

export const title = (text: string): Line => [{ text, bold: true }];

/** The first of several ways to say something that fits; the last one is cut at a word. */
export function firstFitting(width: number, ...texts: readonly [string, ...string[]]): string {
  return texts.find((text) => text.length <= width) ?? cutWords(texts.at(-1)!, width);
}

/** The same for styled lines. */
export const firstLine = (width: number, ...lines: readonly [Line, ...Line[]]): Line =>
  lines.find((line) => lineText(line).length <= width) ?? lines.at(-1)!;

/** Text in lines of at most `width` columns, broken between words. */
export const paragraph = (text: string, width: number): Line[] => wrapWords(text, width).map(plainLine);

/** The label and the numbers, with fewer digits where they do not fit, and at last only the first ones. */
export function numberList(label: string, values: readonly number[], width: number, digits = 3): Line {
  const list = (shown: readonly number[], places: number): string =>
    `${label}${shown.map((value) => (Number.isFinite(value) ? value.toFixed(places) : 'nan')).join(' ')}`;
  for (let places = digits; places >= Math.min(2, digits); places--) {
    const text = list(values, places);
    if (text.length <= width) return plainLine(text);
  }
  for (let count = values.length - 1; count > 0; count--) {
    const text = `${list(values.slice(0, count), Math.min(2, digits))} +${values.length - count}`;
    if (text.length <= width) return plainLine(text);
  }
  return plainLine(cutWords(`${label}${values.length} groups`, width));
}

/** Lines from number `scroll` on, and a last line that says how many more there are. */
export function scrolled(lines: readonly Line[], { height, scroll }: Scrolling): Line[] {
  if (lines.length <= height) return fitHeight(lines, height) as Line[];
  const first = Math.min(scroll, scrollLimit(lines.length, height));
  const shown = lines.slice(first, first + height - 1);
  const below = lines.length - first - shown.length;
  const more = below > 0 ? `${below} more lines: down or j` : 'the end; up or k for the lines above';
  return fitHeight([...shown, [{ text: more, dim: true }]], height) as Line[];
}

/** The largest `scroll` that shows anything new. */
export const scrollLimit = (lines: number, height: number): number =>
  lines <= height ? 0 : Math.max(0, lines - height + 1);
