import { type Cell, type GridRow, leastOf } from '../../experiments/fine-tuning.js';
import type { Regime } from '../../regime/regime.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';
import { REGIME_MARK } from '../regime-mark.js';

/** Pretraining by fine-tuning, as text. */

const cellText = (cell: Cell, best: number): string => {
  if (cell === undefined) return '';
  const error = Number.isFinite(cell.error) ? ` +- ${formatNumber(cell.error, 1)}` : '';
  return `${formatNumber(cell.mean, 3)}${error}${cell.mean === best ? ' best' : ''}`;
};

/**
 * A line for each pretraining ELR: regime, what it ends with, its average, and a column for each ELR of fine-tuning. With `marked`, the
 * least number is marked.
 */
export function gridTable(
  title: string,
  grid: readonly GridRow[],
  {
    tuningElrs,
    regimes,
    marked = false,
  }: {
    readonly tuningElrs: readonly number[];
    readonly regimes: ReadonlyMap<number, Regime | 'undecided'>;
    readonly marked?: boolean;
  },
): string {
  const best = marked ? leastOf(grid) : Number.NaN;
  const rows = grid.map(({ elr, end, average, tuned }) => [
    formatNumber(elr, 3),
    REGIME_MARK[regimes.get(elr) ?? 'undecided'],
    ...[end, average, ...tuned].map((cell) => cellText(cell, best)),
  ]);
  const columns = [
    rightAligned('ELR'),
    { title: '' },
    ...['at the end', 'average', ...tuningElrs.map((elr) => `then ELR ${formatNumber(elr, 3)}`)].map(rightAligned),
  ];
  return `${title}\n${formatTable(columns, rows)}`;
}
