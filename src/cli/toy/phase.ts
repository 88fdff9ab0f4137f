import { Command } from 'commander';
import type { ToySubject } from '../../../toy/function/subject.js';
import { AXIS_NAMES, type Axis, checkAxes, withParameter } from '../../../toy/phase/axis.js';
import type { Cell } from '../../../toy/phase/cells.js';
import type { PhaseDiagram } from '../../../toy/phase/phase-diagram.js';
import { hasPlainThresholds, type ToyMotion } from '../../../toy/theory/closed-form.js';
import type { PhaseQuantity } from '../../../tui/figure/phase.js';
import { MOST_CELL_STEPS, MOST_CELLS, refuseAbove } from '../../system/bounds.js';
import { UsageError } from '../../system/usage-error.js';
import { axis } from '../../text/grammar/range-grammar.js';
import { fraction, oneOf, positiveNumber, threadCount } from '../../text/grammar/value-grammar.js';
import { log, printJson, printLine } from '../../text/output.js';
import { Progress } from '../../text/progress.js';
import { INTERRUPTED } from '../sweep/train-with-progress.js';
import { cellParameters, checkRate, type MotionOptions, projectionOf, withMotionOptions } from './motion-options.js';
import { stochasticOptions } from './stochastic-options.js';
import { cellSubject, type RunningOptions, readSubject, withRunningOptions } from './subject-options.js';

const QUANTITIES = ['regime', 'loss', 'ess', 'lyapunov', 'noiseShare'] as const satisfies readonly PhaseQuantity[];

interface PhaseOptions extends RunningOptions, MotionOptions {
  readonly x: Axis;
  readonly y: Axis;
  readonly elr?: number;
  readonly quantity: PhaseQuantity;
  readonly detail?: true;
  readonly tolerance: number;
  readonly threads?: number;
  readonly csv?: true;
}

const HEIGHT = 23;

/** What JSON and CSV give of a cell; null where a run collapsed. */
function cellValue(cell: Cell | null, quantity: PhaseQuantity): unknown {
  if (cell === null || cell.collapsed) return null;
  if (quantity === 'regime') return { regime: cell.regime, detail: cell.detail };
  return quantity === 'loss' ? cell.relativeLoss : cell[quantity];
}

/** x and y are the values of the axes; cells[i][j] belongs to y[i] and x[j]. */
const jsonOf = ({ x, y, cells }: PhaseDiagram, quantity: PhaseQuantity) => ({
  x: x.values,
  y: y.values,
  cells: cells.map((row) => row.map((cell) => cellValue(cell, quantity))),
  axes: { x: x.name, y: y.name },
  quantity,
});

function printCsv({ x, y, cells }: PhaseDiagram, quantity: PhaseQuantity): void {
  const names = quantity === 'regime' ? ['regime', 'detail'] : [quantity];
  printLine([x.name, y.name, ...names].join(','));
  cells.forEach((row, i) => {
    row.forEach((cell, j) => {
      const value = cellValue(cell, quantity);
      const fields = value !== null && typeof value === 'object' ? Object.values(value) : [value];
      printLine([x.values[j], y.values[i], ...fields.map((field) => field ?? '')].join(','));
    });
  });
}

/** A picture that is drawn over itself as it gets finer, in a terminal; elsewhere only its last state is printed. */
async function pictureOf(
  options: PhaseOptions,
  subject: ToySubject,
  motion: ToyMotion,
): Promise<(diagram: PhaseDiagram) => void> {
  const { averageOf, phaseFigure } = await import('../../../tui/figure/phase.js');
  const { withoutTheory } = await import('../../../tui/figure/figure.js');
  const { printFigure } = await import('../figure/print-figure.js');
  const { quantity, tolerance } = options;
  const isPlain = subject.alpha !== undefined && hasPlainThresholds(motion);
  let isDrawn = false;
  return (diagram) => {
    const figure = phaseFigure(diagram, { alpha: subject.alpha ?? [], tolerance, quantity });
    if (isDrawn) process.stdout.write(`\x1b[${HEIGHT}A`);
    printFigure(
      { ...(isPlain ? figure : withoutTheory(figure)), title: `${subject.title}${averageOf(quantity)}` },
      { height: HEIGHT },
    );
    isDrawn = true;
  };
}

/** A parameter is fixed or on an axis, not both. */
function refuseFixed(options: PhaseOptions, axes: readonly string[]): void {
  const { elr, lr, weightDecay, momentum, probability, noise, multiplicativeNoise, samples, batch } = options;
  const fixed: Record<string, unknown> = {
    ...{ elr, lr, 'weight-decay': weightDecay, momentum, probability, noise, samples, batch },
    'second-moment': multiplicativeNoise?.secondMoment,
  };
  for (const name of axes) {
    if (name === 'second-moment' && fixed[name] !== undefined)
      throw new UsageError('second-moment is on an axis; give --multiplicative-noise bernoulli or lognormal alone');
    if (fixed[name] !== undefined) throw new UsageError(`${name} is both an option and an axis; give only one`);
  }
}

async function phase(options: PhaseOptions): Promise<void> {
  const { alpha, x, y, quantity, steps, seed, tolerance, threads } = options;
  const subject = await readSubject(options);
  checkAxes(x, y, subject.alpha?.length ?? 0);
  const cells = x.values.length * y.values.length;
  refuseAbove('the number of cells', cells, MOST_CELLS);
  refuseAbove('the number of steps of all cells', cells * steps, MOST_CELL_STEPS);
  const base = cellParameters(alpha, options, options.elr);
  refuseFixed(options, [x.name, y.name]);
  const corner = withParameter(withParameter(base, x.name, x.values[0]!), y.name, y.values[0]!);
  checkRate(corner, ', or an axis of that name');
  const stochastic = stochasticOptions(options, corner);
  const projection = projectionOf(options, corner);
  const { computePhaseDiagram } = await import('../../../toy/phase/phase-diagram.js');
  const draw =
    options.json || options.csv
      ? undefined
      : await pictureOf(options, subject, { ...corner, ...stochastic, projection });
  const isLive = draw !== undefined && process.stdout.isTTY === true;
  const progress = new Progress();
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once('SIGINT', interrupt);
  try {
    const diagram = await computePhaseDiagram(base, x, y, {
      ...{ steps, seed, tolerance, projection, signal: abort.signal },
      ...(threads && { threads }),
      lyapunov: quantity === 'lyapunov' || options.detail === true,
      ...stochastic,
      ...cellSubject(subject),
      // A picture that gets finer shows its own progress.
      ...(isLive ? { onRefined: draw } : { onProgress: (done: number) => progress.update(done, 1, 'phase diagram') }),
    });
    progress.end();
    if (options.json) printJson(jsonOf(diagram, quantity));
    else if (options.csv) printCsv(diagram, quantity);
    else if (!isLive) draw?.(diagram);
  } catch (error) {
    progress.end();
    if (!abort.signal.aborted) throw error;
    log('interrupted');
    process.exit(INTERRUPTED);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** `regimes toy phase`: a two-dimensional phase diagram. */
export const toyPhaseCommand = (): Command =>
  withMotionOptions(
    withRunningOptions(new Command('phase').description('Compute a phase diagram over two parameters.'), 1000),
  )
    .requiredOption('--x <axis>', `NAME=FROM:TO:COUNT[:lin]; names: ${AXIS_NAMES}`, axis)
    .requiredOption('--y <axis>', 'the other axis, in the same form', axis)
    .option('--elr <number>', 'effective learning rate, if it is on neither axis', positiveNumber)
    .option('--quantity <name>', QUANTITIES.join(', '), oneOf(QUANTITIES), 'regime')
    .option('--detail', 'split chaotic equilibrium by its Lyapunov exponent; takes twice as long')
    .option('--tolerance <fraction>', 'divergence: loss within this fraction of that of a random point', fraction, 0.05)
    .option('--threads <count>', 'default: all cores', threadCount)
    .option('--csv', 'print CSV only')
    .action(phase);
