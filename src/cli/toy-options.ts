import { type Command, Option } from 'commander';
import type { CellParameters } from '../../toy/cells.js';
import { PROJECTIONS, type Projection } from '../../toy/step.js';
import { UsageError } from '../usage-error.js';
import { count, fraction, nonNegativeNumber, oneOf, positiveNumber, positiveNumbers, seed } from './arguments.js';

/** Options that say how the toy is trained, other than by a plain step with a fixed ELR. */
export interface MotionOptions {
  readonly lr?: number;
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly probability?: number;
  readonly noise?: number;
  readonly projection?: Projection;
}

const belowOne = (text: string): number => (text === '0' ? 0 : fraction(text));

export const withMotionOptions = (command: Command): Command =>
  command
    .option(
      '--lr <number>',
      'learning rate in place of --elr; the norm is free unless --projection says otherwise',
      positiveNumber,
    )
    .option('--weight-decay <number>', 'with --lr: x <- (1 - lr * decay) x before the step', nonNegativeNumber)
    .option('--momentum <number>', 'heavy ball, from 0 to below 1', belowOne)
    .option('--probability <number>', 'a step sees each group with this probability, as a small batch does', fraction)
    .option('--noise <radians>', 'standard deviation of additive phase noise a step', nonNegativeNumber)
    .addOption(
      new Option('--projection <name>', 'joint, group or none (default: joint, with --lr none)').argParser(
        oneOf(PROJECTIONS),
      ),
    );

export interface RunningOptions {
  readonly alpha: readonly number[];
  readonly steps: number;
  readonly seed: number;
  readonly json?: true;
}

export const withRunningOptions = (command: Command, steps: number): Command =>
  command
    .requiredOption('--alpha <list>', 'positive number of each group, like 1,2,4', positiveNumbers)
    .option('--steps <count>', 'number of steps', count, steps)
    .option('--seed <number>', 'of the random start and of noise', seed, 1)
    .option('--json', 'print JSON only');

/** The parameters of a cell that the options fix; `elr` may come from an axis instead. */
export function cellParameters(
  alpha: readonly number[],
  { lr, ...motion }: MotionOptions,
  elr?: number,
): CellParameters {
  const { weightDecay, momentum, probability, noise } = motion;
  const given = { elr, learningRate: lr, weightDecay, momentum, probability, noise };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { alpha, ...known };
}

/** Refuses parameters that name no rate, two rates, or a weight decay without a learning rate. */
export function checkRate(cell: CellParameters): void {
  if (cell.elr === undefined && cell.learningRate === undefined)
    throw new UsageError('give --elr or --lr, or an axis of that name');
  if (cell.elr !== undefined && cell.learningRate !== undefined)
    throw new UsageError('--elr and --lr exclude each other; give one');
  if (cell.weightDecay !== undefined && cell.learningRate === undefined) {
    throw new UsageError('--weight-decay needs --lr; with a fixed ELR the norm does not matter');
  }
}
