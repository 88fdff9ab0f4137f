import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../../src/system/atomic.js';
import { readJsonFile } from '../../../src/system/json-file.js';
import { DEVICES, INSTALLABLE } from '../names.js';

export const RECORD_FORMAT = 1;

/** A wheel that an engine was made from. */
const WheelSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  sha256: z.string(),
  /** Bytes of the wheel, which is compressed. */
  bytes: z.number(),
});

const RecordSchema = z.strictObject({
  format: z.literal(RECORD_FORMAT),
  engine: z.enum(INSTALLABLE),
  /** Version of the npm package that it is an engine of. */
  version: z.string(),
  device: z.enum(DEVICES),
  /** When it was installed, in ISO format. */
  installed: z.string(),
  /** Bytes on disk. */
  bytes: z.number(),
  wheels: z.array(WheelSchema),
  /** Folders of native libraries, relative to the folder of the engine, in the order of LD_LIBRARY_PATH. */
  libraries: z.array(z.string()),
});

/** What is known of an installed engine. Its file is written last: a folder without it is half an engine. */
export type EngineRecord = Readonly<z.infer<typeof RecordSchema>>;

const FILE = 'engine.json';

export const recordPath = (directory: string): string => join(directory, FILE);

/** The record in an engine's folder; undefined where there is none that can be read. */
export function readRecord(directory: string): EngineRecord | undefined {
  try {
    return readJsonFile(recordPath(directory), (value) => RecordSchema.parse(value), { problem: 'is damaged' });
  } catch {
    return undefined;
  }
}

export const writeRecord = (directory: string, record: EngineRecord): void =>
  writeAtomically(recordPath(directory), `${JSON.stringify(record, null, 2)}\n`);
