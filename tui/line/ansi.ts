import { styleText } from 'node:util';
import type { Line, Span } from './styled.js';

type Format = Parameters<typeof styleText>[0];

const backgroundName = (color: string): string => `bg${color[0]!.toUpperCase()}${color.slice(1)}`;

function ansiSpan({ text, color, background, bold, dim, inverse }: Span): string {
  const formats = [color, background && backgroundName(background), bold && 'bold', dim && 'dim', inverse && 'inverse'];
  const used = formats.filter((format) => typeof format === 'string' && format !== '');
  return used.length === 0 ? text : styleText(used as Format, text, { validateStream: false });
}

/** A line with the terminal's colour codes, for printing outside the application. */
export const ansiLine = (line: Line): string => line.map(ansiSpan).join('');
