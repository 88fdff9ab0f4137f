import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { readTableRun, tableOf } from '../../../src/archive/csv-table.js';
import { parquetTable } from '../../../src/archive/export-parquet.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import { temporaryFolder } from '../../cli.js';
import { writeRun } from './stored.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const MANY: readonly RecordedStep[] = Array.from({ length: 23 }, (_, i) =>
  step(i, { loss: 1 + i / 7, ...(i === 9 && { radial: 0.1 }) }),
);

/** Two runs, of which the second has other settings: columns of texts, numbers, and numbers that are missing. */
const directories = [
  writeRun(folder.path('first'), { steps: MANY, configuration: { steps: 23 } }),
  writeRun(folder.path('second'), {
    steps: MANY.slice(0, 6),
    configuration: { steps: 6, seed: 2, model: 'resnet18' },
  }),
];
const runs = directories.map((directory) => readTableRun(directory, 'step', { large: 0 }));

const bytesOf = (pieces: Iterable<Uint8Array>): Buffer => Buffer.concat([...pieces]);

/** The whole table at once, as the library writes it. */
function writtenAtOnce(rowGroupSize: number[]): Buffer {
  const { names, rows } = tableOf(runs);
  const table = [...rows];
  const columnData = names.map((name, i) => {
    const data = table.map((row) => row[i] ?? null);
    const type = data.some((cell) => typeof cell === 'string') ? ('STRING' as const) : ('DOUBLE' as const);
    return { name, data, type, nullable: true };
  });
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize }));
}

describe('a Parquet table', () => {
  it.each<[number, number]>([
    [4, 5],
    [29, 5],
    [1000, 100_000],
  ])('in groups of %i and %i rows has the bytes of one that is written at once', (first, others) => {
    const found = bytesOf(parquetTable(runs, { groupSizes: [first, others] }));
    expect(found).toEqual(writtenAtOnce([first, others]));
    const { buffer, byteOffset, length } = found;
    const { row_groups: groups } = parquetMetadata(buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer);
    expect(groups).toHaveLength(1 + Math.ceil(Math.max(0, 29 - first) / others));
  });

  it('is given away group by group, and says the same whatever their size', async () => {
    const read = (groupSizes: [number, number]) => {
      const { buffer, byteOffset, length } = bytesOf(parquetTable(runs, { groupSizes }));
      return parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer });
    };
    expect([...parquetTable(runs, { groupSizes: [4, 5] })]).toHaveLength(1 + 5 + 1);
    const rows = await read([4, 5]);
    expect(rows).toEqual(await read([1000, 1000]));
    expect(rows.map(({ loss }) => loss)).toEqual([...MANY, ...MANY.slice(0, 6)].map(({ loss }) => loss));
    expect(rows.map(({ model }) => model)).toEqual([...Array(23).fill('convnet'), ...Array(6).fill('resnet18')]);
    expect(rows.map(({ run }) => run)).toEqual([...Array(23).fill(directories[0]), ...Array(6).fill(directories[1])]);
  });

  it('has the same bytes whatever the bits of NaN', () => {
    // IEEE 754: all exponent bits and the first of the others set, with either sign.
    const patterns = new Float64Array(new BigUint64Array([0x7ff8_0000_0000_0000n, 0xfff8_0000_0000_0000n]).buffer);
    const tables = [...patterns].map((loss) =>
      bytesOf(parquetTable([{ directory: 'one', fields: {}, rows: [{ loss }] }])),
    );
    expect(tables[1]).toEqual(tables[0]);
  });

  it('may have no row', () => {
    const none = readTableRun(writeRun(folder.path('none'), { steps: [], manifest: { status: 'running' } }), 'step');
    const found = bytesOf(parquetTable([none]));
    expect(found.subarray(0, 4).toString()).toBe('PAR1');
    expect(found.subarray(-4).toString()).toBe('PAR1');
  });
});
