import type { TemperedCell } from '../../experiments/temperature.js';
import type { Estimate } from '../../numerics/statistics/estimate.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

/** Runs with batches of several sizes, as text. */

const COLUMNS = ['batch', 'ELR', 'ELR / batch', 'loss', '+-', 'fell', 'floor', 'R', 'lost', 'bottom', '+-', 'signal'];

const withError = ({ mean, error }: Estimate): string[] => [formatNumber(mean, 3), formatNumber(error, 2)];

const cellsOf = ({ batch, elr, loss, bottom, signal, noise, expected, lost }: TemperedCell): string[] => [
  ...[batch, elr, elr / batch].map((value) => formatNumber(value, 3)),
  ...withError(loss),
  ...[lost.fall, lost.predicted.mean, lost.noiseShare, lost.lost.mean].map((value) => formatNumber(value, 3)),
  ...withError(bottom),
  formatNumber(signal, 2),
  formatNumber(noise, 3),
  expected === undefined ? '-' : formatNumber(expected.bottom, 3),
];

/**
 * A line for each batch size and ELR. `loss` and `bottom` are in batches of one size, the others in those of the run; `fell` is what the
 * loss fell by from the quarter before the last one; `tr C_1` the variance of the gradient of one image; `closed form` that of the bottom.
 */
export const temperatureTable = (cells: readonly TemperedCell[]): string =>
  formatTable(
    [{ title: 'of' }, ...[...COLUMNS, 'tr C_1', 'closed form'].map(rightAligned)],
    cells.map((cell) => [cell.of, ...cellsOf(cell)]),
  );
