import { type Line, lineText } from '../../tui/line/styled.js';

export const textOf = (lines: readonly Line[]): string[] => lines.map(lineText);

/** Places of a character: row and column of each. */
export function placesOf(lines: readonly string[], mark: string): [number, number][] {
  return lines.flatMap((line, row) =>
    [...line].flatMap((char, column): [number, number][] => (char === mark ? [[row, column]] : [])),
  );
}
