import { Command } from 'commander';
import type { Cell } from '../../toy/cells.js';
import { equilibrium } from '../../toy/theory.js';
import { fraction, oneOf, valuesOrRange } from './arguments.js';
import { formatNumber, formatTable, printJson, printLine } from './output.js';
import {
  cellParameters,
  cellSubject,
  checkRate,
  type MotionOptions,
  type RunningOptions,
  readSubject,
  withMotionOptions,
  withRunningOptions,
} from './toy-options.js';

const QUANTITIES = ['loss', 'egn', 'ess', 'regime', 'lyapunov'] as const;
type Quantity = (typeof QUANTITIES)[number];

interface SweepOptions extends RunningOptions, MotionOptions {
  readonly elr: readonly number[];
  readonly quantity: Quantity;
  readonly tolerance: number;
  readonly csv?: true;
}

interface SweepPoint {
  readonly elr: number;
  readonly simulated: Cell[Quantity];
  /** Closed form of the plain step (T3, T4); null where there is none. */
  readonly predicted: Cell[Quantity];
}

/** The closed forms are those of plain steps on the joint sphere. */
const isPlain = ({ momentum, probability, noise, projection }: MotionOptions): boolean =>
  [momentum, probability, noise].every((value) => value === undefined) && (projection ?? 'joint') === 'joint';

function predicted(options: SweepOptions, elr: number): Cell[Quantity] {
  const { alpha, quantity, tolerance } = options;
  if (alpha === undefined || !isPlain(options) || quantity === 'lyapunov') return null;
  return equilibrium(alpha, elr, tolerance)[quantity];
}

async function sweep(options: SweepOptions): Promise<void> {
  const { alpha, elr: elrs, quantity, steps, seed, tolerance, projection = 'joint', json, csv } = options;
  const cells = elrs.map((elr) => cellParameters(alpha, options, elr));
  for (const cell of cells) checkRate(cell);
  const subject = await readSubject(options);
  const { evaluateCells } = await import('../../toy/cells.js');
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
    simulated: results[i]!.collapsed ? null : results[i]![quantity],
    predicted: predicted(options, elr),
  }));
  if (json) return printJson({ points });
  if (csv)
    return printLine([['elr', 'simulated', 'predicted'], ...points.map(csvRow)].map((row) => row.join(',')).join('\n'));
  const text = (value: Cell[Quantity]): string =>
    value === null ? '-' : typeof value === 'number' ? formatNumber(value) : value;
  const columns = ['ELR', 'simulated', 'closed form'].map((title) => ({ title, align: 'right' as const }));
  printLine(`${quantity} of the toy, ${subject.title}, ${steps} steps`);
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
    .option('--quantity <name>', QUANTITIES.join(', '), oneOf(QUANTITIES), 'loss')
    .option('--tolerance <fraction>', 'divergence: loss this near to a random one', fraction, 0.05)
    .option('--csv', 'print CSV only')
    .action(sweep);
