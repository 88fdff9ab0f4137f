import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Cell } from '../system/csv.js';
import { type TableRun, tableOf } from './csv-table.js';

/** A small group first, as the library has it, so that readers see rows soon; larger ones make smaller files, and take more memory. */
const GROUP_SIZES = [1000, 100_000] as const;

/** How a table is divided. */
export interface ParquetOptions {
  /** Rows of the first group, and of each that follows. */
  readonly groupSizes?: readonly [first: number, others: number];
}

/** A column of a group of rows. */
interface GroupColumn {
  readonly name: string;
  readonly type: 'DOUBLE' | 'STRING';
  readonly nullable: true;
  readonly data: (number | string | null)[];
}

function cellOf({ type }: GroupColumn, cell: Cell): number | string | null {
  if (cell === null || cell === undefined) return null;
  if (type === 'STRING') return String(cell);
  // One NaN for all its bit patterns, of which the writer would keep the sign: the same runs give the same bytes.
  return Number.isNaN(cell) ? Number.NaN : Number(cell);
}

/** What was written since this was called last. */
function takeBytes(writer: ByteWriter): Uint8Array {
  const piece = writer.getBytes().slice();
  writer.index = 0;
  return piece;
}

/**
 * Runs as one table in a Parquet file, with the columns of the CSV table, in the pieces of the file: a group of rows each, which is all
 * of the table that is in memory.
 */
export function* parquetTable(
  runs: readonly TableRun[],
  { groupSizes: [first, others] = GROUP_SIZES }: ParquetOptions = {},
): Generator<Uint8Array> {
  const { names, texts, rows } = tableOf(runs);
  const emptyGroup = (): GroupColumn[] =>
    names.map((name) => ({ name, type: texts.has(name) ? 'STRING' : 'DOUBLE', nullable: true, data: [] }));
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: schemaFromColumnData({ columnData: emptyGroup() }) });
  let [columnData, length, size]: [GroupColumn[], number, number] = [emptyGroup(), 0, first];
  const written = (): Uint8Array => {
    writer.write({ columnData, rowGroupSize: length });
    [columnData, length, size] = [emptyGroup(), 0, others];
    return takeBytes(bytes);
  };
  for (const row of rows) {
    columnData.forEach((column, i) => void column.data.push(cellOf(column, row[i])));
    length += 1;
    if (length === size) yield written();
  }
  if (length > 0) yield written();
  writer.finish();
  yield takeBytes(bytes);
}
