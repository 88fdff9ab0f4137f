import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { UsageError } from '../system/usage-error.js';
import type { LoggedColumn } from './logged-columns.js';
import { LoggedSeries } from './restarts.js';

/** Bytes of a first line that are looked at. */
const LONGEST_NAMES = 4096;

/** Letters of a value that are quoted. */
const LONGEST_VALUE = 20;

/** Names under which trackers export the number of a step. */
const STEP_NAMES = ['step', '_step', 'global_step', 'iteration', 'iter'];

/** What trackers and tables write where there is no value. */
const NO_VALUE = /^(|n\/?a|none|null|-)$/i;

/** Texts that stand for numbers that are not finite, and fields without a value. */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (NO_VALUE.test(trimmed)) return undefined;
  if (/^[+-]?(inf|infinity)$/i.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  return Number(trimmed);
}

/** Lines of a CSV file, the first of which names the columns. Throws (Error) one line where it is none. */
function readLines(path: string): string[][] {
  const bytes = readFileSync(path);
  try {
    return parse(bytes, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      comment: '#',
      comment_no_infix: true,
    });
  } catch (error) {
    // What the library quotes of the file may be as long as the file.
    const reason = (error as Error).message.replace(/, value is [\s\S]*$/, '');
    const first = bytes.subarray(0, LONGEST_NAMES).toString().split(/\r?\n/, 1)[0]!;
    const isOther = first.includes(';') && !first.includes(',');
    const other = isOther
      ? '; its columns are separated by semicolons; allowed: commas, and decimals with a point'
      : '';
    throw new Error(`${path} is no CSV file: ${reason}${other}`);
  }
}

/**
 * The columns of numbers of a CSV file whose first line names them, with the step of each value where a column is called
 * step; other columns are left out. A line without a value in a column, as trackers write where something is logged less
 * often, does not count for that column; of steps that a restart logged again, only what it logged.
 */
export function readCsvLog(path: string): LoggedColumn[] {
  const [names = [], ...lines] = readLines(path);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new UsageError(`${path} has two columns ${JSON.stringify(twice)}; allowed: one of a name`);
  const stepColumn = names.findIndex((name) => STEP_NAMES.includes(name.toLowerCase()));
  const columns = names.map((name) => new LoggedSeries(name));
  const texts = columns.map(() => ({ count: 0, first: '' }));
  lines.forEach((line, at) => {
    const step = stepColumn === -1 ? at : Number(line[stepColumn]);
    line.forEach((text, i) => {
      const value = numberOf(text);
      if (value === undefined) return;
      if (Number.isNaN(value) && !/^nan$/i.test(text.trim())) {
        const own = texts[i]!;
        if (own.count === 0) own.first = `${JSON.stringify(text.slice(0, LONGEST_VALUE))} in row ${at + 1}`;
        own.count += 1;
      }
      columns[i]!.push(step, value);
    });
  });
  return columns.flatMap((column, i) => {
    const { count, first } = texts[i]!;
    // A column of texts is none of numbers; one of numbers with a text is damaged.
    if (i === stepColumn || count > column.values.length / 2) return [];
    return [count === 0 ? column : Object.assign(column, { problem: first })];
  });
}
