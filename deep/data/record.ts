import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../src/system/atomic.js';
import { readJsonFile } from '../../src/system/json-file.js';

/** What is written beside fetched files, so that later checks can tell whether they are still the same. */

const RECORD_FILE = 'checksums.json';

const RecordSchema = z.strictObject({
  fetched: z.string(),
  /** SHA-256 of what was fetched, by address. */
  archives: z.record(z.string(), z.string()),
  /** SHA-256 of the files as unpacked, by name. */
  files: z.record(z.string(), z.string()),
});
export type FetchRecord = z.infer<typeof RecordSchema>;

export const writeRecord = (directory: string, record: FetchRecord): void =>
  writeAtomically(join(directory, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);

/** The record of a folder; undefined where there is none, as in a folder that was not fetched. */
export function readRecord(directory: string): FetchRecord | undefined {
  const path = join(directory, RECORD_FILE);
  if (!existsSync(path)) return undefined;
  return readJsonFile(path, (value) => RecordSchema.parse(value), { problem: 'is damaged: it contains no checksums' });
}
