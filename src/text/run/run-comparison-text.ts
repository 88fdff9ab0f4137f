import type { Agreement, ComparedRow, RunComparison } from '../../archive/compare-runs.js';
import { type FieldValue, fieldText } from '../../archive/setting-differences.js';
import { formatNumber, formatTable } from '../output.js';

/** Names of runs without the folders that all have in common, as long as what is left tells them apart. */
export function shortNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split('/').filter((part) => part !== ''));
  const shortest = Math.min(...parts.map((words) => words.length));
  let common = 0;
  while (common < shortest - 1 && parts.every((words) => words[common] === parts[0]![common])) common += 1;
  return parts.map((words) => words.slice(common).join('/'));
}

const quantityText = (value: FieldValue): string =>
  value === null ? '-' : typeof value === 'number' ? formatNumber(value) : String(value);

const GAP = 2;

/** Runs by their places, as many together as fit beside the names; at least one. */
function blocks(labels: number, widths: readonly number[], width: number): number[][] {
  const result: number[][] = [];
  let used = 0;
  widths.forEach((wide, i) => {
    const fits = result.length > 0 && used + GAP + wide <= width;
    if (fits) result.at(-1)!.push(i);
    else result.push([i]);
    used = (fits ? used : labels) + GAP + wide;
  });
  return result;
}

/** A table with a column a run; where it is wider than `width`, several below one another. */
function sideBySide(
  title: string,
  runs: readonly string[],
  { rows, text, width }: { rows: readonly ComparedRow[]; text: (value: FieldValue) => string; width: number },
): string {
  const cells = rows.map(({ name, values }) => [name, ...values.map(text)]);
  const widest = (place: number, heading: string): number =>
    Math.max(heading.length, ...cells.map((row) => row[place]!.length));
  const widths = runs.map((run, i) => widest(i + 1, run));
  const tables = blocks(widest(0, title), widths, width).map((places) =>
    formatTable(
      [{ title }, ...places.map((i) => ({ title: runs[i]!, align: 'right' as const }))],
      cells.map((row) => [row[0]!, ...places.map((i) => row[i + 1]!)]),
    ),
  );
  return tables.join('\n\n');
}

const agreementText = (what: string, same: Agreement): string =>
  `${what}: ${same === null ? 'not known, one is not recorded' : same ? 'the same' : 'not the same'}`;

/** Runs side by side as text, at most `width` columns wide: settings that differ, quantities, start and data. */
export function runComparisonText(
  { runs, configuration, quantities, sameStart, sameData }: RunComparison,
  width: number = process.stdout.columns ?? Number.POSITIVE_INFINITY,
): string {
  const names = shortNames(runs);
  const settings =
    configuration.length === 0
      ? 'all settings are the same'
      : sideBySide('setting', names, { rows: configuration, text: fieldText, width });
  return [
    settings,
    sideBySide('quantity', names, { rows: quantities, text: quantityText, width }),
    `${agreementText('starting point', sameStart)}\n${agreementText('data', sameData)}`,
  ].join('\n\n');
}
