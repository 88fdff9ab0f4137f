import type { FigureRegime, FigureSeries, RunEnding } from '../figure/figure.js';
import { FAILED, REGIME_STYLE, UNFINISHED } from '../line/regime-style.js';
import type { GlyphSet } from './glyphs.js';
import type { Ink } from './grid.js';

/** Of lines that show no regime, in turn. */
const COLORS = ['blue', 'green', 'red', 'cyan', 'yellow', 'magenta'];

export const colorOf = (place: number): string => COLORS[place % COLORS.length]!;

/** The theory has no colour of its own: that of the terminal's text is readable on any background. */
export const theoryInk = ({ theory }: GlyphSet): Ink => ({ char: theory, bold: true });

/** How a line is drawn: in the colour of its regime where it shows one, else by its place among the series. */
export function lineInk(
  { regime, ending, look, selected = false }: Omit<FigureSeries, 'points'>,
  place: number,
  glyphs: GlyphSet,
): Ink {
  if (look === 'faint') return { char: glyphs.line, color: 'gray' };
  const { mark, color } =
    regime === undefined ? { mark: glyphs.line, color: colorOf(place) } : pointStyle({ regime, ending }, place);
  return { char: mark, color, bold: selected };
}

/** Character and colour of a point, or of the end of a line; without a regime it is a small one. */
export function pointStyle(
  { regime, ending }: { readonly regime?: FigureRegime | undefined; readonly ending?: RunEnding | undefined },
  place: number,
): { mark: string; color: string } {
  if (ending !== undefined && regime === 'undecided') return ending === 'failed' ? FAILED : UNFINISHED;
  return regime === undefined ? { mark: '+', color: colorOf(place) } : REGIME_STYLE[regime];
}
