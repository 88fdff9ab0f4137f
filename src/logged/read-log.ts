import { statSync } from 'node:fs';
import { UsageError } from '../system/usage-error.js';
import { readCsvLog } from './csv-log.js';
import { type LoggedQuantities, type Places, quantitiesOf } from './logged-columns.js';
import { isTensorboardLog, readTensorboardLog } from './tensorboard-log.js';

/**
 * The quantities that a training logged: from a CSV file, or from TensorBoard's event files where `path` is a folder or has
 * `tfevents` in its name. Throws a UsageError where the file is not there or lacks a quantity, (Error) one line where it is
 * damaged.
 */
export function readLog(path: string, places: Places = {}): LoggedQuantities {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) throw new UsageError(`${path} does not exist`);
  const columns = isTensorboardLog(path) ? readTensorboardLog(path) : readCsvLog(path);
  return quantitiesOf(columns, places, path);
}
