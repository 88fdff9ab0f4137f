import { Command } from 'commander';
import { judgeLog } from '../../logged/judge-log.js';
import type { Place, Places } from '../../logged/logged-columns.js';
import { readLog } from '../../logged/read-log.js';
import { UsageError } from '../../system/usage-error.js';
import { nonNegativeNumber, part, positiveNumber } from '../../text/grammar/value-grammar.js';
import { printJson, printLine } from '../../text/output.js';
import { judgedLogsTable, judgedLogText, type NamedLog } from '../../text/run/judged-log-text.js';
import { type LeftOut, leavingOut } from './left-out.js';

interface JudgeCommandOptions extends Places {
  readonly randomLoss?: number;
  readonly bottom?: number;
  readonly momentum?: number;
  readonly json?: true;
}

const NUMBER = /^[+-]?(\d|\.\d)/;

/** The name of a column, or a number for all steps. */
const place = (text: string): Place => (NUMBER.test(text) ? positiveNumber(text) : text);

/** The logs that can be read, by rising ELR; of several, each of the others is left out with a line of its own and exit code 1. */
async function judgeAll(leftOut: LeftOut, paths: readonly string[], options: JudgeCommandOptions): Promise<NamedLog[]> {
  const judged: NamedLog[] = [];
  for (const path of paths) {
    try {
      judged.push({ log: path, judged: judgeLog(await readLog(path, options), options) });
    } catch (error) {
      if (paths.length === 1 || error instanceof UsageError) throw error;
      leftOut.add(path, error, { kind: 'log' });
    }
  }
  const elr = ({ judged: { elr: value } }: NamedLog): number => value ?? Number.POSITIVE_INFINITY;
  return judged.sort((a, b) => elr(a) - elr(b));
}

async function judge(leftOut: LeftOut, paths: readonly string[], options: JudgeCommandOptions): Promise<void> {
  const logs = await judgeAll(leftOut, paths, options);
  const width = process.stdout.columns;
  if (options.json) {
    for (const { log, judged } of logs) printJson({ log, ...judged });
  } else if (paths.length === 1) printLine(judgedLogText(logs[0]!, width));
  else if (logs.length > 0) printLine(judgedLogsTable(logs, width));
}

const OPTIONS = [
  ['--lr <column>', 'learning rate'],
  ['--norm <column>', 'norm of the scale-invariant weights, which regimes need'],
  ['--gradient-norm <column>', 'norm of the gradient of each batch'],
  ['--gradient-square <column>', 'its square, in place of the norm'],
  ['--elr <column>', 'effective learning rate, with --egn in place of the others'],
  ['--egn <column>', 'effective gradient norm'],
] as const;

/** `regimes judge`: regime and noise floor of trainings that were logged elsewhere. */
export function judgeCommand(): Command {
  const command = new Command('judge')
    .argument('<log...>', 'CSV files, or event files of TensorBoard or their folders')
    .option('--loss <column>', 'training loss of each batch: the name of its column');
  for (const [flags, description] of OPTIONS) command.option(flags, `${description}: a column or a number`, place);
  return command
    .option('--random-loss <number>', 'mean loss of random weights (default: the first loss)', positiveNumber)
    .option('--bottom <number>', 'loss that no step removes, where it is known (default: 0)', nonNegativeNumber)
    .option('--momentum <number>', 'heavy ball, from 0 to below 1: R is then an upper estimate (default: 0)', part)
    .option('--json', 'print JSON lines only')
    .action(leavingOut(judge));
}
