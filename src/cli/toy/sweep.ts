import { Command, InvalidArgumentError } from 'commander';
import type { Cell } from '../../../toy/phase/cells.js';
import { toyClosedForm } from '../../../toy/theory/closed-form.js';
import { noiseShareForm } from '../../../toy/theory/noise-share-form.js';
import { convergenceThreshold } from '../../../toy/theory/thresholds.js';
import { AVERAGE_NAME } from '../../regime/averaged-part.js';
import { MOST_CELL_STEPS, refuseAbove } from '../../system/bounds.js';
import { UsageError } from '../../system/usage-error.js';
import { valuesOrRange } from '../../text/grammar/range-grammar.js';
import { fraction } from '../../text/grammar/value-grammar.js';
import { formatNumber, formatTable, printJson, printLine, rightAligned } from '../../text/output.js';
import { usualGlyphs } from '../terminal/usual-glyphs.js';
import { cellParameters, checkRate, type MotionOptions, motionOf, withMotionOptions } from './motion-options.js';
import { refuseOptions } from './refuse-options.js';
import { stochasticOptions } from './stochastic-options.js';
import { cellSubject, type RunningOptions, readSubject, withRunningOptions } from './subject-options.js';

const QUANTITIES = ['loss', 'egn', 'ess', 'regime', 'lyapunov', 'noiseShare'] as const;
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

const known = (value: Value | undefined): Value => (value === undefined || Number.isNaN(value) ? null : value);

/** What a cell, or a closed form, has of a quantity. */
function valueOfQuantity(
  source: Pick<Cell, 'loss' | 'egn' | 'ess' | 'shares'> &
    Partial<Pick<Cell, 'lyapunov' | 'noiseShare'>> & { readonly regime: string | null },
  quantity: Quantity,
): Value {
  const share = SHARE.exec(quantity);
  if (share === null) return known(source[quantity as (typeof QUANTITIES)[number]]);
  return source.shares[Number(share[1]) - 1] ?? null;
}

/** Whether a quantity is an average over the end of a run; others are of a run as a whole, or of its steps one by one. */
const isAverage = (quantity: Quantity): boolean => !['regime', 'lyapunov', 'noiseShare'].includes(quantity);

interface SweepOptions extends RunningOptions, MotionOptions {
  readonly elr: readonly number[];
  readonly quantity: Quantity;
  readonly tolerance: number;
  readonly csv?: true;
}

interface SweepPoint {
  readonly elr: number;
  readonly simulated: Value;
  /** Closed form; null where there is none. */
  readonly predicted: Value;
}

function predicted(options: SweepOptions, elr: number): Value {
  const { alpha, quantity } = options;
  if (alpha === undefined || quantity === 'lyapunov') return null;
  const motion = motionOf({ ...options, alpha, elr });
  const form = toyClosedForm(motion);
  if (quantity !== 'noiseShare') return form.source === null ? null : valueOfQuantity(form, quantity);
  // Where several groups converge without noise R depends on the norm shares, which depend on the start.
  const isOpen = form.source === 'T3, T4' && alpha.length > 1 && form.k <= 1;
  return isOpen ? null : (noiseShareForm(motion)?.value ?? null);
}

/** Simulated points over the closed form. */
async function printPlot(options: SweepOptions, title: string, cells: readonly Cell[]): Promise<void> {
  const { alpha, elr: elrs, quantity } = options;
  if (quantity === 'regime' || elrs.length < 3) return printLine(title);
  const { elrCurveFigure } = await import('../../../tui/figure/command-curves.js');
  const { printFigure } = await import('../figure/print-figure.js');
  const numberOf = (source: Parameters<typeof valueOfQuantity>[0]): number =>
    Number(valueOfQuantity(source, quantity) ?? Number.NaN);
  const theory =
    alpha !== undefined && elrs.some((elr) => predicted(options, elr) !== null)
      ? {
          valueAt: (elr: number) => Number(predicted(options, elr) ?? Number.NaN),
          threshold: convergenceThreshold(alpha),
        }
      : undefined;
  printFigure(elrCurveFigure({ title, quantity, elrs, cells, numberOf, theory }), {
    height: 20,
    glyphs: usualGlyphs('box'),
  });
  printLine();
}

async function sweep(given: SweepOptions): Promise<void> {
  const options = { ...given, elr: [...given.elr].sort((a, b) => a - b) };
  const { alpha, elr: elrs, quantity, steps, seed, tolerance, projection = 'joint', json, csv } = options;
  refuseOptions(
    { lr: options.lr, weightDecay: options.weightDecay },
    'toy sweep varies the ELR; use toy phase with an axis lr',
  );
  const cells = elrs.map((elr) => cellParameters(alpha, options, elr));
  for (const cell of cells) checkRate(cell);
  refuseAbove('the number of steps of all ELRs', cells.length * steps, MOST_CELL_STEPS);
  const stochastic = stochasticOptions(options, cells[0]!);
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
    ...stochastic,
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
  const average = isAverage(quantity) ? `, ${AVERAGE_NAME}` : '';
  const columns = ['ELR', `simulated${average}`, 'closed form'].map(rightAligned);
  await printPlot(options, `${quantity} of the toy${average}, ${subject.title}, ${steps} steps`, results);
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
    withRunningOptions(
      new Command('sweep').description('Plot one quantity against the ELR, simulated and in closed form.'),
      2000,
    ),
  )
    .requiredOption(
      '--elr <range>',
      'FROM:TO:COUNT (logarithmic), FROM:TO:COUNT:lin, or numbers separated by commas',
      valuesOrRange,
    )
    .option('--quantity <name>', `${QUANTITIES.join(', ')}, share1, share2 ...`, quantityName, 'loss')
    .option('--tolerance <fraction>', 'divergence: loss within this fraction of that of a random point', fraction, 0.05)
    .option('--csv', 'print CSV only')
    .action(sweep);
