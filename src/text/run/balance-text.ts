import { mean } from '../../numerics/means.js';
import type { Estimate } from '../../numerics/statistics/estimate.js';
import { balanceRatio, breakEvenElr, changeBySlope, sameBatchSharpness } from '../../regime/break-even.js';
import type { Balance } from '../../run/balance-record.js';
import { formatNumber, formatTable } from '../output.js';

/** The balance of a run, and the ELR it was trained with at the end. */
export interface BalanceOfRun {
  readonly run: string;
  readonly elr: number;
  readonly balance: Balance;
}

const TITLES = [
  'run',
  'ELR',
  'points',
  'loss',
  'EGN',
  'mean gradient',
  'signal',
  'balance ELR',
  'ELR / balance',
  'change / slope',
  'own batch',
] as const;

const withError = ({ mean: value, error }: Estimate): string =>
  Number.isNaN(value) ? 'too uncertain' : `${formatNumber(value)} +- ${formatNumber(error, 2)}`;

/** What earlier versions did not measure is a dash. */
const ownText = (sharpness: Estimate): string => (Number.isNaN(sharpness.mean) ? '-' : withError(sharpness));

function row({ run, elr, balance: { points } }: BalanceOfRun): string[] {
  const slope = mean(points.map((point) => point.slope.mean));
  const squaredEgn = mean(points.map((point) => point.squaredEgn.mean));
  return [
    run,
    formatNumber(elr),
    String(points.length),
    formatNumber(mean(points.map(({ loss }) => loss.mean))),
    formatNumber(Math.sqrt(squaredEgn)),
    slope > 0 ? formatNumber(Math.sqrt(slope)) : '-',
    slope > 0 ? formatNumber(slope / squaredEgn, 3) : '-',
    withError(breakEvenElr(points)),
    withError(balanceRatio(points, elr)),
    withError(changeBySlope(points, elr)),
    ownText(sameBatchSharpness(points, elr)),
  ];
}

/**
 * Balances of runs, a line each: the root mean squares of the EGN of a batch and of the mean gradient, the part of the
 * former's square that is the latter's (k at the floor of noise, T11), the ELR of no change to second order, the change by whole
 * steps, and the same-batch sharpness times ELR / 2.
 */
export const balanceTable = (runs: readonly BalanceOfRun[]): string =>
  formatTable(
    TITLES.map((title, i) => ({ title, align: i === 0 ? 'left' : 'right' }) as const),
    runs.map(row),
  );
