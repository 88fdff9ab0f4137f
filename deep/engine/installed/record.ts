import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../../src/system/atomic.js';
import type { Device, InstallableEngine } from '../names.js';

/** A wheel that an engine was made from. */
export interface InstalledWheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** Bytes of the wheel, which is compressed. */
  readonly bytes: number;
}

/** What is known of an installed engine. Its file is written last: a folder without it is half an engine. */
export interface EngineRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly engine: InstallableEngine;
  /** Version of the npm package that it is an engine of. */
  readonly version: string;
  readonly device: Device;
  /** When it was installed, in ISO format. */
  readonly installed: string;
  /** Bytes on disk. */
  readonly bytes: number;
  readonly wheels: readonly InstalledWheel[];
  /** Folders of native libraries, relative to the folder of the engine, in the order of LD_LIBRARY_PATH. */
  readonly libraries: readonly string[];
}

export const RECORD_FORMAT = 1;
const FILE = 'engine.json';

export const recordPath = (directory: string): string => join(directory, FILE);

/** The record in an engine's folder; undefined where there is none that can be read. */
export function readRecord(directory: string): EngineRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(recordPath(directory), 'utf8')) as EngineRecord;
    return record.format === RECORD_FORMAT && Array.isArray(record.libraries) ? record : undefined;
  } catch {
    return undefined;
  }
}

export const writeRecord = (directory: string, record: EngineRecord): void =>
  writeAtomically(recordPath(directory), `${JSON.stringify(record, null, 2)}\n`);
