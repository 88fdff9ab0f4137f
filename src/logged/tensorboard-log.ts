import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../system/usage-error.js';
import type { LoggedColumn } from './logged-columns.js';
import { LoggedSeries } from './restarts.js';
import { Event, maskedChecksum, TENSOR_TYPE } from './tensorboard-schema.js';

/** Scalars of TensorBoard event files, as PyTorch's SummaryWriter and TensorFlow write them. */

interface ScalarValue {
  readonly tag?: string;
  readonly simple_value?: number;
  readonly tensor?: {
    readonly dtype?: number;
    readonly tensor_content?: Uint8Array;
    readonly float_val?: readonly number[];
    readonly double_val?: readonly number[];
  };
}

interface DecodedEvent {
  readonly step?: number;
  readonly summary?: { readonly value?: readonly ScalarValue[] };
}

/** The one number of a value; undefined for images, histograms and texts. */
function scalarOf({ simple_value, tensor }: ScalarValue): number | undefined {
  if (simple_value !== undefined) return simple_value;
  if (tensor === undefined) return undefined;
  const { dtype, tensor_content: bytes = new Uint8Array(), float_val = [], double_val = [] } = tensor;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (dtype === TENSOR_TYPE.float) return float_val[0] ?? (bytes.length === 4 ? view.getFloat32(0, true) : undefined);
  if (dtype === TENSOR_TYPE.double) return double_val[0] ?? (bytes.length === 8 ? view.getFloat64(0, true) : undefined);
  return undefined;
}

/** The data of each record. A last one that is cut off, as of a training that goes on, is left out. */
function* recordsOf(bytes: Buffer, path: string): Generator<Uint8Array> {
  const refuse = (offset: number): Error =>
    new Error(`${path} is no event file, or damaged: the checksum of the record at byte ${offset} is wrong`);
  let offset = 0;
  while (offset + 12 <= bytes.length) {
    const head = bytes.subarray(offset, offset + 8);
    if (maskedChecksum(head) !== bytes.readUInt32LE(offset + 8)) throw refuse(offset);
    const end = offset + 12 + Number(head.readBigUInt64LE());
    if (end + 4 > bytes.length) return;
    const data = bytes.subarray(offset + 12, end);
    if (maskedChecksum(data) !== bytes.readUInt32LE(end)) throw refuse(offset);
    yield data;
    offset = end + 4;
  }
}

/** The scalars of one file, by tag; `written` counts them. A step that was logged twice has its last value. */
function readEvents(path: string): Map<string, { values: Map<number, number>; written: number }> {
  const scalars = new Map<string, { values: Map<number, number>; written: number }>();
  for (const data of recordsOf(readFileSync(path), path)) {
    const { step = 0, summary } = Event.toObject(Event.decode(data), { longs: Number }) as DecodedEvent;
    for (const value of summary?.value ?? []) {
      const number = scalarOf(value);
      if (number === undefined || value.tag === undefined) continue;
      const series = scalars.get(value.tag) ?? { values: new Map<number, number>(), written: 0 };
      series.values.set(step, number);
      series.written += 1;
      scalars.set(value.tag, series);
    }
  }
  return scalars;
}

/** Adds the scalars of a file, by tag. Each process that trains begins one: what it logs takes the place of all from there on. */
function addEvents(path: string, columns: Map<string, LoggedSeries>): void {
  for (const [tag, { values, written }] of readEvents(path)) {
    const column = columns.get(tag) ?? new LoggedSeries(tag);
    const sorted = [...values].sort(([a], [b]) => a - b);
    column.forget(sorted[0]![0]);
    column.replaced += written - values.size;
    for (const [step, value] of sorted) column.push(step, value);
    columns.set(tag, column);
  }
}

const eventNames = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.includes('tfevents'))
    .sort();

/** Which folder to give instead: TensorBoard itself is given the one above those of the trainings. */
function folderText(path: string): string {
  const inside = readdirSync(path, { withFileTypes: true }).find(
    (entry) => entry.isDirectory() && eventNames(join(path, entry.name)).length > 0,
  );
  return inside === undefined
    ? 'a folder that has one'
    : `the folders in it that have one, such as ${join(path, inside.name)}`;
}

/** Event files of a path: itself, or those in the folder in the order of their names, which begin with the time. */
function eventFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = eventNames(path);
  if (names.length === 0) throw new UsageError(`${path} has no TensorBoard event file; allowed: ${folderText(path)}`);
  return names.map((name) => join(path, name));
}

/** The scalars of an event file or of a folder with some. Throws (Error) one line where a record is damaged. */
export function readTensorboardLog(path: string): LoggedColumn[] {
  const columns = new Map<string, LoggedSeries>();
  for (const file of eventFiles(path)) addEvents(file, columns);
  return [...columns.values()];
}
