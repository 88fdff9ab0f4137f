import { readMeasurements } from '../run/measurements.js';
import { type Cell, csvLine } from '../system/csv.js';
import { measurementRow } from './measurement-table.js';
import { configurationFields, type Fields, variedFields } from './setting-differences.js';
import { epochRows, type Row, stepRows } from './step-table.js';
import type { StoredRun } from './stored-run.js';

/** What a row of a table stands for. */
export const ROW_KINDS = ['step', 'epoch', 'measurement'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** One run of a table. */
export interface TableRun {
  readonly directory: string;
  readonly fields: Fields;
  readonly rows: readonly Row[];
}

function rowsOf({ directory, manifest, steps }: StoredRun, kind: RowKind): Row[] {
  if (kind === 'measurement') return readMeasurements(directory).map(measurementRow);
  return kind === 'step' ? stepRows(manifest, steps) : epochRows(manifest, steps);
}

/** The rows of a run. Throws one line where its measurements are damaged. */
export const tableRun = (run: StoredRun, kind: RowKind): TableRun => ({
  directory: run.directory,
  fields: configurationFields(run.manifest.configuration),
  rows: rowsOf(run, kind),
});

/** Settings that vary, beside columns that may have the same name. */
function settingColumns(runs: readonly TableRun[], quantities: ReadonlySet<string>): [title: string, field: string][] {
  return variedFields(runs.map(({ fields }) => fields)).map((name) => [
    quantities.has(name) ? `setting.${name}` : name,
    name,
  ]);
}

/**
 * Runs as one table: the names of its columns, and its rows. Of several runs, the first columns are `run`, its folder, and the
 * settings in which they differ; one that is also a quantity, like `elr`, is called `setting.elr`.
 */
export function tableOf(runs: readonly TableRun[]): {
  readonly names: readonly string[];
  readonly rows: Iterable<Cell[]>;
} {
  const quantities = new Set(runs.flatMap(({ rows }) => rows.slice(0, 1).flatMap((row) => Object.keys(row))));
  const settings = runs.length > 1 ? settingColumns(runs, quantities) : [];
  const front = runs.length > 1 ? ['run', ...settings.map(([title]) => title)] : [];
  const rowsOfAll = function* (): Generator<Cell[]> {
    for (const { directory, fields, rows } of runs) {
      const lead: Cell[] = runs.length > 1 ? [directory, ...settings.map(([, field]) => fields[field])] : [];
      for (const row of rows) yield [...lead, ...[...quantities].map((name) => row[name])];
    }
  };
  return { names: [...front, ...quantities], rows: rowsOfAll() };
}

/** Runs as one table of comma-separated values, in lines (`tableOf`). */
export function* csvTable(runs: readonly TableRun[]): Generator<string> {
  const { names, rows } = tableOf(runs);
  yield csvLine([...names]);
  for (const row of rows) yield csvLine(row);
}
