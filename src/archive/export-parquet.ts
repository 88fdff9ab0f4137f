import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { Cell } from '../system/csv.js';
import { type TableRun, tableOf } from './csv-table.js';

/** A column of numbers where all its cells are numbers or missing, and of texts otherwise. */
function columnOf(name: string, cells: readonly Cell[]): ColumnSource {
  const known = cells.filter((cell) => cell !== null && cell !== undefined);
  const isNumeric = known.every((cell) => typeof cell === 'number');
  const data = cells.map((cell) => (cell === null || cell === undefined ? null : isNumeric ? cell : String(cell)));
  return { name, data, type: isNumeric ? 'DOUBLE' : 'STRING', nullable: true };
}

/** Runs as one table in a Parquet file, with the columns of the CSV table. */
export function parquetTable(runs: readonly TableRun[]): Buffer {
  const { names, rows } = tableOf(runs);
  const table = [...rows];
  const columnData = names.map((name, i) =>
    columnOf(
      name,
      table.map((row) => row[i]),
    ),
  );
  return Buffer.from(parquetWriteBuffer({ columnData }));
}
