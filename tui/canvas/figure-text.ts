import type { Figure } from '../figure/figure.js';
import { ansiLine } from '../line/ansi.js';
import { lineText } from '../line/styled.js';
import { type CanvasOptions, figureLines } from './canvas.js';

/** A figure as text: `height` lines of at most `width` columns, with the terminal's colour codes where `color` is true. */
export function figureText(figure: Figure, options: CanvasOptions): string {
  const { color = false } = options;
  const lines = figureLines(figure, { ...options, color });
  return lines.map((line) => (color ? ansiLine(line) : lineText(line).trimEnd())).join('\n');
}
