import type { Line } from '../line/styled.js';

/** Characters that stand for others where a terminal has ASCII alone, one for one. */
const STANDS_FOR: Readonly<Record<string, string>> = {
  '░': '.',
  '▒': ':',
  '▓': '=',
  '█': '#',
  '·': '.',
  '…': '~',
  '─': '-',
  '²': '2',
};

const NOT_ASCII = /[^\x20-\x7e]/gu;

/** The line without a character beyond ASCII, as wide as before. */
export const asciiLine = (line: Line): Line =>
  line.map((span) => ({ ...span, text: span.text.replace(NOT_ASCII, (char) => STANDS_FOR[char] ?? '?') }));
