import { Command, InvalidArgumentError } from 'commander';
import type { Cell } from '../../../toy/phase/cells.js';
import { convergenceThreshold, equilibrium } from '../../../toy/theory/equilibrium.js';
import type { Line } from '../../../tui/line/styled.js';
import { UsageError } from '../../system/usage-error.js';
import { formatNumber, formatTable, printJson, printLine } from '../../text/output.js';
import { fraction, valuesOrRange } from '../options/arguments.js';
import {
  cellParameters,
  cellSubject,
  checkRate,
  type MotionOptions,
  type RunningOptions,
  readSubject,
  refuseOptions,
  withMotionOptions,
  withRunningOptions,
} from './toy-options.js';

const QUANTITIES = ['loss', 'egn', 'ess', 'regime', 'lyapunov'] as const;
/** shareN is the norm share of group N. */
type Quantity = (typeof QUANTITIES)[number] | `share${number}`;
type Value = string | number | null;

const SHARE = /^share([1-9]\d*)$/;

function quantityName(text: string): Quantity {
  if (SHARE.test(text)) return text as Quantity;
  const name = QUANTITIES.find((candidate) => candidate === text);
  if (name === undefined) throw new InvalidArgumentError(`Allowed: ${QUANTITIES.join(', ')}, share1, share2 ...`);
  return name;
}

/** What a cell, or a closed form, has of a quantity. */
function valueOfQuantity(
  source: Pick<Cell, 'loss' | 'egn' | 'ess' | 'shares'> & Partial<Cell>,
  quantity: Quantity,
): Value {
  const share = SHARE.exec(quantity);
  if (share === null) return source[quantity as (typeof QUANTITIES)[number]] ?? null;
  return source.shares[Number(share[1]) - 1] ?? null;
}

interface SweepOptions extends RunningOptions, MotionOptions {
  readonly elr: readonly number[];
  readonly quantity: Quantity;
  readonly tolerance: number;
  readonly csv?: true;
}

interface SweepPoint {
  readonly elr: number;
  readonly simulated: Value;
  /** Closed form of the plain step (T3, T4); null where there is none. */
  readonly predicted: Value;
}

/** The closed forms are those of plain steps on the joint sphere. */
const isPlain = ({ momentum, probability, noise, projection }: MotionOptions): boolean =>
  [momentum, probability, noise].every((value) => value === undefined) && (projection ?? 'joint') === 'joint';

function predicted(options: SweepOptions, elr: number): Value {
  const { alpha, quantity, tolerance } = options;
  if (alpha === undefined || !isPlain(options) || quantity === 'lyapunov') return null;
  return valueOfQuantity(equilibrium(alpha, elr, tolerance), quantity);
}

/** Simulated points over the closed form, for a terminal or a file of at least 60 columns. */
async function printPlot(options: SweepOptions, cells: readonly Cell[]): Promise<void> {
  const { alpha, elr: elrs, quantity, tolerance } = options;
  const { DRAWN, quantityPanel } = await import('../../../tui/line/quantity-panel.js');
  const drawn = SHARE.test(quantity) ? 'share' : DRAWN.find((name) => name === quantity);
  if (drawn === undefined || elrs.length < 3) return;
  const numberOf = (source: Parameters<typeof valueOfQuantity>[0]): number =>
    Number(valueOfQuantity(source, quantity) ?? Number.NaN);
  const { lossPlot } = await import('../../../tui/line/loss-plot.js');
  const { regimeLegend } = await import('../../../tui/line/regime-style.js');
  const { lineText } = await import('../../../tui/line/styled.js');
  const { ansiLine } = await import('../../../tui/line/ansi.js');
  const closed =
    alpha !== undefined && isPlain(options) && drawn !== 'lyapunov'
      ? (elr: number): number => numberOf(equilibrium(alpha, elr, tolerance))
      : undefined;
  const thresholds = closed === undefined ? [] : [{ elr: convergenceThreshold(alpha!), name: 'convergence' }];
  const panel = quantityPanel({ quantity: drawn, value: numberOf, elrs, cells, closed, thresholds });
  const color = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  const print = (line: Line): void => printLine(color ? ansiLine(line) : lineText(line).trimEnd());
  const width = Math.min(process.stdout.columns ?? 78, 120);
  print([{ text: panel.title }]);
  for (const line of lossPlot(panel, { width, height: 16 })) print(line);
  print(regimeLegend(width));
  printLine();
}

async function sweep(given: SweepOptions): Promise<void> {
  const options = { ...given, elr: [...given.elr].sort((a, b) => a - b) };
  const { alpha, elr: elrs, quantity, steps, seed, tolerance, projection = 'joint', json, csv } = options;
  refuseOptions(
    { lr: options.lr, weightDecay: options.weightDecay },
    'the sweep is over the ELR; allowed: toy phase with an axis lr',
  );
  const cells = elrs.map((elr) => cellParameters(alpha, options, elr));
  for (const cell of cells) checkRate(cell);
  const subject = await readSubject(options);
  const groups = subject.create(1).groups.length;
  if (Number(SHARE.exec(quantity)?.[1] ?? 1) > groups) throw new UsageError(`${quantity}: there are ${groups} groups`);
  const { evaluateCells } = await import('../../../toy/phase/cells.js');
  const results = evaluateCells(cells, {
    steps,
    seed,
    tolerance,
    projection,
    lyapunov: quantity === 'lyapunov',
    ...cellSubject(subject),
  });
  const points: SweepPoint[] = elrs.map((elr, i) => ({
    elr,
    simulated: results[i]!.collapsed ? null : valueOfQuantity(results[i]!, quantity),
    predicted: predicted(options, elr),
  }));
  if (json) return printJson({ points });
  if (csv)
    return printLine([['elr', 'simulated', 'predicted'], ...points.map(csvRow)].map((row) => row.join(',')).join('\n'));
  const text = (value: Value): string =>
    value === null ? '-' : typeof value === 'number' ? formatNumber(value) : value;
  const columns = ['ELR', 'simulated', 'closed form'].map((title) => ({ title, align: 'right' as const }));
  printLine(`${quantity} of the toy, ${subject.title}, ${steps} steps`);
  await printPlot(options, results);
  printLine(
    formatTable(
      columns,
      points.map((point) => [formatNumber(point.elr), text(point.simulated), text(point.predicted)]),
    ),
  );
}

const csvRow = ({ elr, simulated, predicted: closed }: SweepPoint): unknown[] => [elr, simulated ?? '', closed ?? ''];

/** `regimes toy sweep`: one quantity against the ELR, simulated and in closed form. */
export const toySweepCommand = (): Command =>
  withMotionOptions(
    withRunningOptions(new Command('sweep').description('One quantity against the ELR, beside the closed form.'), 2000),
  )
    .requiredOption(
      '--elr <range>',
      'FROM:TO:COUNT, logarithmic, or with :lin linear; or numbers with commas',
      valuesOrRange,
    )
    .option('--quantity <name>', `${QUANTITIES.join(', ')}, share1, share2 ...`, quantityName, 'loss')
    .option('--tolerance <fraction>', 'divergence: loss this near to a random one', fraction, 0.05)
    .option('--csv', 'print CSV only')
    .action(sweep);
