import { type Column, formatTable } from './output.js';
import { printable } from './printable.js';

/** A column of a table that has to fit a terminal. */
export interface FittedColumn extends Column {
  /** Left out where the table is too wide; the smallest number goes first. */
  readonly dropOrder?: number;
  /** May be made narrower, before any column is left out down to `minimum`, after that to what is left. */
  readonly shrink?: { readonly by: 'wrapping' | 'cutting'; readonly minimum: number };
}

const GAP = 2;
const SMALLEST = 10;

/** Words in lines of at most `width` characters; a longer word is broken. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => long.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [''])) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** The text, or as many whole words of it as fit with an ellipsis behind them. */
export function cutWords(text: string, width: number): string {
  if (text.length <= width) return text;
  if (width < 1) return '';
  const [first = ''] = wrapWords(text, Math.max(1, width - 1));
  return `${first}…`.slice(0, width);
}

const naturalWidth = ({ title }: Column, cells: readonly string[]): number =>
  Math.max(title.length, ...cells.map((cell) => cell.length));

/** Columns that stay, by their place, and how much too wide they are. */
function chooseColumns(columns: readonly FittedColumn[], widths: readonly number[], width: number): number[] {
  const excess = (places: readonly number[]): number => {
    const spare = places.map((i) => Math.max(0, widths[i]! - (columns[i]!.shrink?.minimum ?? widths[i]!)));
    const natural = places.reduce((sum, i) => sum + widths[i]!, GAP * (places.length - 1));
    return natural - spare.reduce((sum, value) => sum + value, 0) - width;
  };
  let places = columns.map((_, i) => i);
  while (excess(places) > 0) {
    const droppable = places.filter((i) => columns[i]!.dropOrder !== undefined);
    if (droppable.length === 0) break;
    const first = droppable.reduce((a, b) => (columns[b]!.dropOrder! < columns[a]!.dropOrder! ? b : a));
    places = places.filter((i) => i !== first);
  }
  return places;
}

/** A row as the lines it takes once its narrow cell is wrapped or cut. */
function rowLines(cells: readonly string[], place: number, by: 'wrapping' | 'cutting', width: number): string[][] {
  const cell = cells[place]!;
  const [head, ...rest] = by === 'wrapping' ? wrapWords(cell, width) : [cutWords(cell, width)];
  const tail = wrapWords(rest.join(' '), Math.max(1, width - GAP));
  const blank = (text: string): string[] => cells.map((_, i) => (i === place ? `${' '.repeat(GAP)}${text}` : ''));
  return [cells.map((text, i) => (i === place ? head! : text)), ...(rest.length > 0 ? tail.map(blank) : [])];
}

/** A plain table of at most `width` columns: first a column shrinks, then columns are left out, then it shrinks more. */
export function fitTable(
  columns: readonly FittedColumn[],
  given: readonly (readonly string[])[],
  width: number = Number.POSITIVE_INFINITY,
): string {
  const rows = given.map((row) => row.map(printable));
  const widths = columns.map((column, i) =>
    naturalWidth(
      column,
      rows.map((row) => row[i]!),
    ),
  );
  const places = chooseColumns(columns, widths, width);
  const chosen = places.map((i) => columns[i]!);
  const cells = rows.map((row) => places.map((i) => row[i]!));
  const excess = places.reduce((sum, i) => sum + widths[i]!, GAP * (places.length - 1)) - width;
  const narrow = chosen.findIndex(({ shrink }) => shrink !== undefined);
  if (excess <= 0 || narrow < 0) return formatTable(chosen, cells);
  const room = Math.max(SMALLEST, widths[places[narrow]!]! - excess);
  const { by } = chosen[narrow]!.shrink!;
  return formatTable(
    chosen,
    cells.flatMap((row) => rowLines(row, narrow, by, room)),
  );
}
