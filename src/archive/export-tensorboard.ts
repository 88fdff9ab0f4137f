import { join } from 'node:path';
import { Event, FILE_VERSION, maskedChecksum } from '../logged/tensorboard-schema.js';
import { makeDirectory, together, writeAtomically } from '../system/atomic.js';
import { hasNoRow, type RowKind, readTableRun } from './csv-table.js';
import type { Row } from './step-table.js';
import { readStatus } from './stored-run.js';

/** Columns that place a row, and are not shown as curves of their own. */
const PLACES = new Set(['step']);

/** A record: the length of its data and the data, each with its checksum. */
function recordOf(event: object): Buffer {
  const data = Event.encode(Event.create(event)).finish();
  const record = Buffer.alloc(data.length + 16);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedChecksum(data), data.length + 12);
  return record;
}

const scalarsOf = (row: Row): { tag: string; simple_value: number }[] =>
  Object.entries(row).flatMap(([tag, value]) =>
    typeof value === 'number' && !PLACES.has(tag) ? [{ tag, simple_value: value }] : [],
  );

/**
 * Writes the rows of a run as scalars into the event file of a folder, which TensorBoard shows as a run; the name of the file.
 * The times of steps are those of the run, as if all its steps had taken equally long. Numbers are float32, as in all such
 * files. Throws one line where the run has no such row.
 */
export function writeEvents(directory: string, kind: RowKind, folder: string): string {
  const { manifest } = readStatus(directory);
  const run = readTableRun(directory, kind);
  if (hasNoRow(run)) throw new Error(`the run has no ${kind} yet`);
  const start = Date.parse(manifest.created) / 1000;
  const perStep = (manifest.outcome?.seconds ?? 0) / manifest.configuration.steps;
  const records = function* (): Generator<Uint8Array> {
    yield recordOf({ wall_time: start, file_version: FILE_VERSION });
    for (const row of run.rows) {
      const step = Number(row.step);
      yield recordOf({ wall_time: start + perStep * step, step, summary: { value: scalarsOf(row) } });
    }
  };
  const file = join(folder, `events.out.tfevents.${Math.floor(start)}.regimes`);
  makeDirectory(folder);
  writeAtomically(file, together(records()));
  return file;
}
