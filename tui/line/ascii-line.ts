import type { Line } from './styled.js';

/** What stands for characters beyond ASCII, one for one. */
const PLAIN: Readonly<Record<string, string>> = {
  '░': '.',
  '▒': ':',
  '▓': '=',
  '█': '#',
  '·': '.',
  '…': '~',
  '←': '<',
  '→': '>',
  '↑': '^',
  '↓': 'v',
  '▲': '^',
  '┊': ':',
  '─': '-',
  '²': '2',
};

/** The line for terminals that know ASCII alone: as wide as before, what nothing stands for as a question mark. */
export const asciiLine = (line: Line): Line =>
  line.map((span) => ({ ...span, text: span.text.replace(/[^\x20-\x7e]/gu, (char) => PLAIN[char] ?? '?') }));
