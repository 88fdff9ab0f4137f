import type { CanvasOptions } from '../../../tui/canvas/canvas.js';
import { figureText } from '../../../tui/canvas/figure-text.js';
import type { Figure } from '../../../tui/figure/figure.js';
import { printLine } from '../../text/output.js';
import { usualGlyphs } from '../terminal/usual-glyphs.js';

/** Columns of the figures that belong to a command's output: those of the terminal, or of a file that is read in one. */
const WIDTH = { file: 78, widest: 120 };

/** Prints a figure, in colour on a terminal unless NO_COLOR is set. */
export function printFigure(figure: Figure, options: Partial<CanvasOptions> & Pick<CanvasOptions, 'height'>): void {
  const { isTTY, columns = WIDTH.file } = process.stdout;
  const color = isTTY === true && process.env.NO_COLOR === undefined;
  printLine(
    figureText(figure, { width: Math.min(columns, WIDTH.widest), color, glyphs: usualGlyphs('braille'), ...options }),
  );
}
