import { LARGE_RECORD, type ReadRecordOptions, recordBytes } from '../regime/run-record.js';
import type { Manifest } from '../run/manifest.js';
import { readMeasurements } from '../run/measurements.js';
import { type Cell, csvLine } from '../system/csv.js';
import { largeTableSteps } from './large-table.js';
import { measurementRow } from './measurement-table.js';
import { configurationFields, type Fields, variedFields } from './setting-differences.js';
import { epochRows, type Row, stepRows, type TableSteps, tableSteps } from './step-table.js';
import { readRun, readStatus, type StoredRun } from './stored-run.js';

/** What a row of a table stands for. */
export const ROW_KINDS = ['step', 'epoch', 'measurement'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** One run of a table. */
export interface TableRun {
  readonly directory: string;
  readonly fields: Fields;
  /** May be gone through again and again. */
  readonly rows: Iterable<Row>;
}

/** What is computed whenever it is gone through. */
const again = <Value>(of: () => Iterator<Value>): Iterable<Value> => ({ [Symbol.iterator]: of });

function rowsOf(directory: string, manifest: Manifest, steps: TableSteps, kind: RowKind): Iterable<Row> {
  if (kind === 'measurement') return readMeasurements(directory).map(measurementRow);
  return again(() => (kind === 'step' ? stepRows(manifest, steps) : epochRows(manifest, steps)));
}

/** The rows of a run. Throws one line where its measurements are damaged. */
export const tableRun = ({ directory, manifest, steps }: StoredRun, kind: RowKind): TableRun => ({
  directory,
  fields: configurationFields(manifest.configuration),
  rows: rowsOf(directory, manifest, tableSteps(manifest, steps), kind),
});

/** The same of a run on disk, of a long one without its steps in memory. Throws as `readRun`. */
export function readTableRun(
  directory: string,
  kind: RowKind,
  { large = LARGE_RECORD }: Pick<ReadRecordOptions, 'large'> = {},
): TableRun {
  if (recordBytes(directory) < large) return tableRun(readRun(directory), kind);
  const { manifest } = readStatus(directory);
  const fields = configurationFields(manifest.configuration);
  return { directory, fields, rows: rowsOf(directory, manifest, largeTableSteps(directory, manifest), kind) };
}

/** Whether there is no row. */
export function hasNoRow({ rows }: TableRun): boolean {
  for (const _ of rows) return false;
  return true;
}

/** The names of the columns of a run, which all its rows have. */
function columnNames({ rows }: TableRun): string[] {
  for (const row of rows) return Object.keys(row);
  return [];
}

/** Settings that vary, beside columns that may have the same name. */
function settingColumns(runs: readonly TableRun[], quantities: ReadonlySet<string>): [title: string, field: string][] {
  return variedFields(runs.map(({ fields }) => fields)).map((name) => [
    quantities.has(name) ? `setting.${name}` : name,
    name,
  ]);
}

/** Runs as one table. */
interface Table {
  readonly names: readonly string[];
  /** The columns that hold texts; all others hold numbers. */
  readonly texts: ReadonlySet<string>;
  readonly rows: Iterable<Cell[]>;
}

const isText = (cell: Cell): boolean => cell !== null && cell !== undefined && typeof cell !== 'number';

/**
 * Runs as one table: its columns, and its rows. Of several runs, the first columns are `run`, its folder, and the settings in which they
 * differ; one that is also a quantity, like `elr`, is called `setting.elr`.
 */
export function tableOf(runs: readonly TableRun[]): Table {
  const quantities = new Set(runs.flatMap(columnNames));
  const settings = runs.length > 1 ? settingColumns(runs, quantities) : [];
  const front = runs.length > 1 ? ['run', ...settings.map(([title]) => title)] : [];
  const leadOf = ({ directory, fields }: TableRun): Cell[] =>
    runs.length > 1 ? [directory, ...settings.map(([, field]) => fields[field])] : [];
  const leads = runs.filter((run) => !hasNoRow(run)).map(leadOf);
  const rowsOfAll = function* (): Generator<Cell[]> {
    for (const run of runs) {
      const lead = leadOf(run);
      for (const row of run.rows) yield [...lead, ...[...quantities].map((name) => row[name])];
    }
  };
  return {
    names: [...front, ...quantities],
    texts: new Set(front.filter((_, i) => leads.some((lead) => isText(lead[i])))),
    rows: rowsOfAll(),
  };
}

/** Runs as one table of comma-separated values, in lines (`tableOf`). */
export function* csvTable(runs: readonly TableRun[]): Generator<string> {
  const { names, rows } = tableOf(runs);
  yield csvLine([...names]);
  for (const row of rows) yield csvLine(row);
}
