import { bottomRatio, type MeasuredStay } from '../../experiments/cooling.js';
import type { Estimate } from '../../numerics/statistics/estimate.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

/** The stays of runs at one ELR and another, as text. */

const COLUMNS = [
  'ELR',
  'loss',
  'fell',
  'R',
  'floor',
  'lost',
  '+-',
  'lost / floor',
  'bottom',
  '+-',
  'bottom / first',
  '+-',
  'closed form',
];

const withError = ({ mean, error }: Estimate): string[] => [formatNumber(mean, 3), formatNumber(error, 2)];

const cells = (
  { elr, loss: { loss, fall, noiseShare, predicted, lost, ratio }, bottom, expected }: MeasuredStay,
  bottomOverFirst: Estimate,
): string[] => [
  ...[elr, loss.mean, fall, noiseShare, predicted.mean].map((value) => formatNumber(value, 3)),
  ...withError(lost),
  formatNumber(ratio.mean, 3),
  ...withError(bottom),
  ...withError(bottomOverFirst),
  expected === undefined ? '-' : formatNumber(expected.bottom, 3),
];

/** A line for each stay. `fell` is what the loss fell by from the quarter before the last one; `closed form` that of the bottom. */
export const coolingTable = (stays: readonly MeasuredStay[]): string =>
  formatTable(
    [{ title: 'of' }, { title: 'stay' }, ...COLUMNS.map(rightAligned)],
    stays.map((stay) => [stay.of, stay.stay, ...cells(stay, bottomRatio(stay, stays))]),
  );
