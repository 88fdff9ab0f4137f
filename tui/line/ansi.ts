import type { Line, Span } from './styled.js';

/** Styles as a terminal takes them: each code opened before the text and closed behind it. */

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const BRIGHT = 'Bright';

/** The parameters of a colour: of a name, of `ansi256(n)`, or of `#rrggbb`; `first` is 30 in front and 40 behind. */
function colorCode(color: string, first: number): string {
  const cube = /^ansi256\((\d+)\)$/.exec(color);
  if (cube !== null) return `${first + 8};5;${cube[1]}`;
  if (color.startsWith('#')) {
    const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    return `${first + 8};2;${channels.join(';')}`;
  }
  if (color === 'gray') return String(first + 60);
  if (color.endsWith(BRIGHT)) return String(first + 60 + NAMES.indexOf(color.slice(0, -BRIGHT.length)));
  return String(first + NAMES.indexOf(color));
}

function ansiSpan({ text, color, background, bold, dim, inverse }: Span): string {
  const codes: readonly (readonly [on: string, off: number])[] = [
    ...(bold ? [['1', 22] as const] : []),
    ...(dim ? [['2', 22] as const] : []),
    ...(inverse ? [['7', 27] as const] : []),
    ...(color === undefined ? [] : [[colorCode(color, 30), 39] as const]),
    ...(background === undefined ? [] : [[colorCode(background, 40), 49] as const]),
  ];
  if (codes.length === 0) return text;
  const on = codes.map(([code]) => `\x1b[${code}m`).join('');
  const off = codes.map(([, code]) => `\x1b[${code}m`).join('');
  return `${on}${text}${off}`;
}

/** A line with the terminal's codes for styles. */
export const ansiLine = (line: Line): string => line.map(ansiSpan).join('');
