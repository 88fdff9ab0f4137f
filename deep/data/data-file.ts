import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/system/usage-error.js';

/** The path of a file of a folder; undefined where the folder lacks it. */
export const findFile = (directory: string, file: string): string | undefined =>
  [join(directory, file)].find((path) => existsSync(path));

/** The bytes of a file. Throws a UsageError, which says what such a `folder` holds, where there is no file. */
export function sizeOfFile(path: string, folder: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) return stat.size;
  throw new UsageError(`${path} ${stat === undefined ? 'is missing' : 'is not a file'}; ${folder}`);
}
