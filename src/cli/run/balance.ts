import { Command } from 'commander';
import type { Balance } from '../../run/balance-record.js';
import { equilibriumObstacle } from '../../run/training-settings.js';
import { MOST_PROBES } from '../../system/bounds.js';
import { count, countUpTo, seed } from '../../text/grammar/value-grammar.js';
import { formatNumber, log, printLine } from '../../text/output.js';
import { Progress } from '../../text/progress.js';
import { balanceTable } from '../../text/run/balance-text.js';
import { type LeftOut, leavingOut } from './left-out.js';
import { measureRuns, type RunAtHand, threadsOption } from './run-folders.js';

interface BalanceOptions {
  readonly pairs: number;
  readonly points: number;
  readonly seed: number;
  readonly threads: number;
  readonly json?: true;
}

async function measure(
  { folder, manifest, engine }: RunAtHand,
  { pairs, points, seed }: BalanceOptions,
): Promise<Balance> {
  const { balanceOfRun } = await import('../../../deep/curvature/run-break-even.js');
  const obstacle = equilibriumObstacle(manifest.configuration.training);
  if (obstacle !== undefined) log(`${folder}: T13 does not apply to such steps (${obstacle})`);
  const progress = new Progress();
  const onPoint = (done: number, total: number): void =>
    progress.update(done, total, `${folder}: point ${done} of ${total}`);
  const balance = await balanceOfRun(engine, folder, { pairs, points, seed, onPoint }).finally(() => progress.end());
  log(`${folder}: ${balance.points.length * (2 * pairs + 1)} products in ${formatNumber(balance.seconds)} s`);
  return balance;
}

async function balance(leftOut: LeftOut, directory: string, options: BalanceOptions): Promise<void> {
  const runs = await measureRuns(directory, { ...options, leftOut }, (run) => measure(run, options));
  if (!options.json) printLine(balanceTable(runs.map(({ measurement, ...run }) => ({ ...run, balance: measurement }))));
}

/** `regimes balance`: whether steps lower the loss at the weights of runs, and the ELR at which they would not. */
export const balanceCommand = (): Command =>
  new Command('balance')
    .argument('<dir>', 'folder of a run or of a sweep')
    .option('--pairs <count>', 'pairs of independent batches at each point', countUpTo(MOST_PROBES, 2), 32)
    .option('--points <count>', 'maximum number of kept weights per run, evenly spaced over its second half', count, 16)
    .option('--seed <number>', 'seed of the batches', seed, 1)
    .addOption(threadsOption())
    .option('--json', 'print JSON lines only')
    .action(leavingOut(balance));
