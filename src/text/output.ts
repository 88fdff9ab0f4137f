import { printable } from './printable.js';

export { formatNumber } from '../numerics/format-number.js';

export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

export const printLine = (text = ''): void => {
  process.stdout.write(`${text}\n`);
};

/** A line of progress or of a log: never on stdout, which belongs to results. A line end in it belongs to a name and is escaped. */
export const log = (line: string): void => {
  process.stderr.write(`${printable(line)}\n`);
};

/** Of many lines of one kind that are logged, so many are read. */
export const FIRST_LINES = 5;

/** Logs the first of many lines, and how many more there are, with what shows them all. */
export function logFirst(lines: readonly string[], more: string): void {
  for (const line of lines.slice(0, FIRST_LINES)) log(line);
  if (lines.length > FIRST_LINES) log(`and ${lines.length - FIRST_LINES} more; ${more}`);
}

/** A number with its noun: `1 run`, `2 runs`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export type Column = { readonly title: string; readonly align?: 'left' | 'right' };

/** A column of numbers. */
export const rightAligned = (title: string) => ({ title, align: 'right' as const });

/** A plain table: columns as wide as their longest cell, two spaces between them. What cannot be printed is escaped. */
export function formatTable(columns: readonly Column[], given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(printable));
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (columns[i]!.align === 'right' ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)].join('\n');
}
