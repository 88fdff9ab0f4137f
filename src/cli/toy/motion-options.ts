import { type Command, Option } from 'commander';
import { PROJECTIONS, type Projection } from '../../../toy/dynamics/step.js';
import type { CellParameters } from '../../../toy/phase/cell-parameters.js';
import type { ToyMotion } from '../../../toy/theory/closed-form.js';
import { multiplicativeNoise } from '../../../toy/theory/noise-law-words.js';
import { SAMPLINGS } from '../../run/image-settings.js';
import { MOST_SAMPLES } from '../../system/bounds.js';
import { defined } from '../../system/defined.js';
import { UsageError } from '../../system/usage-error.js';
import {
  count,
  countUpTo,
  fraction,
  nonNegativeNumber,
  oneOf,
  positiveNumber,
} from '../../text/grammar/value-grammar.js';
import type { StochasticOptions } from './stochastic-options.js';

/** Options that say how the toy is trained, other than by a plain step with a fixed ELR. */
export interface MotionOptions extends StochasticOptions {
  readonly lr?: number;
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly projection?: Projection;
}

const belowOne = (text: string): number => (text === '0' ? 0 : fraction(text));

export const withMotionOptions = (command: Command): Command =>
  command
    .option(
      '--lr <number>',
      'learning rate instead of --elr; the norm then changes freely unless --projection is given',
      positiveNumber,
    )
    .option(
      '--weight-decay <number>',
      'with --lr: x <- (1 - lr * decay) x before the step; with --momentum, decay * x is added to the gradient',
      nonNegativeNumber,
    )
    .option('--momentum <number>', 'heavy ball, from 0 to below 1', belowOne)
    .option(
      '--probability <number>',
      'probability with which a step sees each group, imitating small batches',
      fraction,
    )
    .option('--noise <radians>', 'standard deviation of the additive phase noise of each step', nonNegativeNumber)
    .option(
      '--multiplicative-noise <law:value>',
      'noise in proportion to the gradient: bernoulli, exponential or lognormal, and the mean square of its factor',
      multiplicativeNoise,
    )
    .option(
      '--samples <count>',
      'a finite set of samples that differ by the noises given, seen in batches',
      countUpTo(MOST_SAMPLES),
    )
    .option('--batch <size>', 'with --samples: samples a step (default: 1)', count)
    .addOption(
      new Option('--sampling <how>', 'with or without replacement (default: with)').argParser(oneOf(SAMPLINGS)),
    )
    .addOption(
      new Option('--projection <name>', 'joint, group or none (default: joint; none with --lr)').argParser(
        oneOf(PROJECTIONS),
      ),
    );

/** The parameters of a cell that the options fix; `elr` may come from an axis instead. */
export function cellParameters(
  alpha: readonly number[] | undefined,
  { lr, ...motion }: MotionOptions,
  elr?: number,
): CellParameters {
  const { weightDecay, momentum, probability, noise, multiplicativeNoise: multiplicative, samples, batch } = motion;
  const secondMoment = multiplicative?.secondMoment;
  const given = { elr, learningRate: lr, weightDecay, momentum, probability, noise, secondMoment, samples, batch };
  return { alpha: alpha ?? [], ...defined(given) };
}

/** Refuses parameters that name no rate, two rates, or a weight decay without a learning rate; `elsewhere` is where a rate may be, too. */
export function checkRate(cell: CellParameters, elsewhere = ''): void {
  if (cell.elr === undefined && cell.learningRate === undefined) throw new UsageError(`give --elr or --lr${elsewhere}`);
  if (cell.elr !== undefined && cell.learningRate !== undefined)
    throw new UsageError('--elr and --lr exclude each other; give one');
  if (cell.weightDecay !== undefined && cell.learningRate === undefined) {
    throw new UsageError('--weight-decay needs --lr; with a fixed ELR the norm does not matter');
  }
}

/** Whether the norm is free by default: with a learning rate, either given or on an axis. */
export const projectionOf = ({ projection }: MotionOptions, { learningRate }: CellParameters): Projection =>
  projection ?? (learningRate === undefined ? 'joint' : 'none');

/** The motion that the options ask for, as the rule for closed forms takes it; `elr` may come from an axis instead. */
export const motionOf = (
  options: MotionOptions & {
    readonly alpha: readonly number[];
    readonly elr?: number;
    readonly shares?: readonly number[];
    readonly tolerance?: number;
  },
): ToyMotion => {
  const { alpha, elr, shares, tolerance, projection, multiplicativeNoise: multiplicative } = options;
  const { samples, batch: batchSize = 1, sampling = 'with' } = options;
  // A law without its second moment has it on an axis.
  const secondMoment = multiplicative && (multiplicative.secondMoment ?? Number.NaN);
  const more = {
    shares,
    tolerance,
    projection,
    secondMoment,
    noiseLaw: multiplicative?.law,
    batches: samples === undefined ? undefined : { samples, batchSize, sampling },
  };
  return { ...cellParameters(alpha, options, elr), ...defined(more) };
};
