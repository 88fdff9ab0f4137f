import { type Barrier, barrierHeight, type Minimum } from '../../experiments/minima.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

/** Minima and the paths between them, as text. */

const COLUMNS = ['ELR', 'seed', 'train loss', 'test error', 'trace H', '+-', 'ELR lambda/2', 'trace F', '+-'];

/** A line for each minimum: losses and errors at its weights, traces of Hessian and Fisher matrix, and what T3 has at most 1. */
export function minimaTable(minima: readonly Minimum[]): string {
  if (minima.length === 0) return 'No run converges: there are no minima to compare.';
  const rows = minima.map(({ elr, seed, trainLoss, testError, hessian, largest, fisher }) => [
    formatNumber(elr, 3),
    String(seed),
    ...[trainLoss, testError].map((value) => formatNumber(value, 3)),
    ...[formatNumber(hessian.mean, 3), formatNumber(hessian.error, 2)],
    formatNumber((elr * largest) / 2, 3),
    ...[formatNumber(fisher.mean, 3), formatNumber(fisher.error, 2)],
  ]);
  return formatTable(COLUMNS.map(rightAligned), rows);
}

const endText = ({ elr, seed }: Barrier['from']): string => `ELR ${formatNumber(elr, 3)}, seed ${seed}`;

/** A line for each path: its ends, their training losses, and by how much the loss between is above the higher of them. */
export function barrierTable(barriers: readonly Barrier[]): string {
  if (barriers.length === 0) return 'No path: no two minima are neighbours.';
  const rows = barriers.map(({ kind, from, to, cosine, losses }) => [
    `two ${kind}`,
    endText(from),
    endText(to),
    formatNumber(cosine, 3),
    ...[losses[0]!, losses.at(-1)!, Math.max(...losses), barrierHeight(losses)].map((loss) => formatNumber(loss, 3)),
  ]);
  const columns = [
    ...['between', 'from', 'to'].map((title) => ({ title })),
    ...['cosine', 'loss', 'loss', 'highest', 'barrier'].map(rightAligned),
  ];
  return formatTable(columns, rows);
}
