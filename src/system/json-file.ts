import { readFileSync } from 'node:fs';
import { DamagedFile, explainReading } from './reading-error.js';
import { parseStrictJson } from './strict-json.js';

/** How a file of JSON is read. */
export interface JsonFileOptions {
  /** What the message says of a file that holds something else, behind its path. */
  readonly problem: string;
  /** As of JSON.parse. */
  readonly revive?: (key: string, value: unknown) => unknown;
}

/**
 * What `parse`, which throws where a value is not what it should be, makes of a file of JSON. Throws a DamagedFile, one line with its path,
 * where it cannot be read, is no JSON, has a name twice in an object, or `parse` throws.
 */
export function readJsonFile<Content>(
  path: string,
  parse: (value: unknown) => Content,
  { problem, revive }: JsonFileOptions,
): Content {
  const text = explainReading(path, () => readFileSync(path, 'utf8'));
  try {
    return parse(parseStrictJson(text, revive));
  } catch {
    throw new DamagedFile(`${path} ${problem}`);
  }
}
