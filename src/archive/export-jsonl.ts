import { encodeNumber } from '../system/json-numbers.js';
import type { TableRun } from './csv-table.js';

/**
 * Runs as JSON, an object a line: of each run its folder with its settings first, then its folder with each row. What a row
 * lacks is left out; numbers that JSON does not know are text, as in the files of a run.
 */
export function* jsonLines(runs: readonly TableRun[]): Generator<string> {
  for (const { directory, fields, rows } of runs) {
    yield `${JSON.stringify({ run: directory, configuration: fields }, encodeNumber)}\n`;
    for (const row of rows) {
      const present = Object.entries(row).filter(([, value]) => value !== null);
      yield `${JSON.stringify({ run: directory, ...Object.fromEntries(present) }, encodeNumber)}\n`;
    }
  }
}
