import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from '../system/usage-error.js';
import { type LoggedQuantities, type Places, quantitiesOf } from './logged-columns.js';

/** Whether a path is read as TensorBoard's: a folder, or a file with `tfevents` in its name. */
const isTensorboardPath = (path: string): boolean =>
  statSync(path).isDirectory() || basename(path).includes('tfevents');

/**
 * The quantities that a training logged: from a CSV file, or from TensorBoard's event files where `path` is a folder or has
 * `tfevents` in its name. Throws a UsageError where the file is not there or lacks a quantity, (Error) one line where it is
 * damaged.
 */
export async function readLog(path: string, places: Places = {}): Promise<LoggedQuantities> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`${path} does not exist`);
  // A pipe has an end, as that of a shell's <(command).
  if (!found.isFile() && !found.isDirectory() && !found.isFIFO())
    throw new UsageError(`${path} is a device; allowed: a log, or a pipe that one comes from`);
  // Loaded here, so that whoever reads no log does not load the libraries for them.
  const columns = isTensorboardPath(path)
    ? (await import('./tensorboard-log.js')).readTensorboardLog(path)
    : (await import('./csv-log.js')).readCsvLog(path);
  return quantitiesOf(columns, places, path);
}
