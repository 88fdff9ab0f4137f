import { type Command, InvalidArgumentError, Option } from 'commander';
import { checkBatches } from '../../../toy/dynamics/mini-batches.js';
import { PROJECTIONS, type Projection } from '../../../toy/dynamics/step.js';
import type { ToySubject } from '../../../toy/dynamics/subject.js';
import type { CellOptions, CellParameters } from '../../../toy/phase/cells.js';
import type { ToyMotion } from '../../../toy/theory/closed-form.js';
import { checkNoiseLaw, NOISE_LAWS, type NoiseLaw } from '../../../toy/theory/multiplicative-noise.js';
import { DIVERGENCE_TOLERANCE } from '../../../toy/theory/thresholds.js';
import { SAMPLINGS, type Sampling } from '../../run/sampling.js';
import { UsageError } from '../../system/usage-error.js';
import {
  count,
  fraction,
  nonNegativeNumber,
  oneOf,
  positiveNumber,
  positiveNumbers,
  seed,
} from '../../text/value-grammar.js';

/** A law of multiplicative noise, and E[s^2] where it is given. */
export interface MultiplicativeNoise {
  readonly law: NoiseLaw;
  readonly secondMoment?: number;
}

/** Options that say how the toy is trained, other than by a plain step with a fixed ELR. */
export interface MotionOptions {
  readonly lr?: number;
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly probability?: number;
  readonly noise?: number;
  readonly multiplicativeNoise?: MultiplicativeNoise;
  readonly samples?: number;
  readonly batch?: number;
  readonly sampling?: Sampling;
  readonly projection?: Projection;
}

/** `LAW` or `LAW:VALUE`, VALUE = E[s^2]; the exponential law has 2. */
function multiplicativeNoise(text: string): MultiplicativeNoise {
  const [name = '', value, ...rest] = text.split(':');
  const law = oneOf(NOISE_LAWS)(name);
  if (rest.length > 0) throw new InvalidArgumentError('Allowed: LAW:VALUE, like lognormal:2.');
  if (value === undefined) return law === 'exponential' ? { law, secondMoment: 2 } : { law };
  const secondMoment = positiveNumber(value);
  checkNoiseLaw(law, secondMoment);
  return { law, secondMoment };
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
    .option('--samples <count>', 'a finite set of samples that differ by the noises given, seen in batches', count)
    .option('--batch <size>', 'with --samples: samples a step (default: 1)', count)
    .addOption(
      new Option('--sampling <how>', 'with or without replacement (default: with)').argParser(oneOf(SAMPLINGS)),
    )
    .addOption(
      new Option('--projection <name>', 'joint, group or none (default: joint; none with --lr)').argParser(
        oneOf(PROJECTIONS),
      ),
    );

/** The toy, or a function of the user's in its place. */
export interface SubjectOptions {
  readonly alpha?: readonly number[];
  readonly function?: string;
  readonly groups?: string;
}

const withSubjectOptions = (command: Command): Command =>
  command
    .option('--alpha <list>', 'one positive number per group, such as 1,2,4', positiveNumbers)
    .option('--function <expression>', 'a scale-invariant function instead of --alpha, such as "x1^2/(x1^2+y1^2)"')
    .option(
      '--groups <list>',
      'groups of coordinates of --function, such as "x1,y1;x2,y2" (default: by the number they end in)',
    );

/** What the options ask to simulate. Throws a UsageError unless it is one thing. */
export async function readSubject(options: SubjectOptions): Promise<ToySubject> {
  const { alpha, function: expression, groups } = options;
  if ((alpha === undefined) === (expression === undefined)) {
    throw new UsageError('give either --alpha, one positive number per group, or --function');
  }
  if (expression === undefined) {
    if (groups !== undefined) throw new UsageError('--groups requires --function; with --alpha the groups are known');
    const { ratiosSubject } = await import('../../../toy/dynamics/subject.js');
    return ratiosSubject(alpha!);
  }
  const { parseToyFunction } = await import('../../../toy/expression/function.js');
  const { userSubject } = await import('../../../toy/dynamics/subject.js');
  return userSubject(await parseToyFunction(expression, groups));
}

export interface RunningOptions extends SubjectOptions {
  readonly steps: number;
  readonly seed: number;
  readonly json?: true;
}

export const withRunningOptions = (command: Command, steps: number): Command =>
  withSubjectOptions(command)
    .option('--steps <count>', 'number of steps', count, steps)
    .option('--seed <number>', 'seed of the random start and of the noise', seed, 1)
    .option('--json', 'print JSON only');

/** What cells need of a subject besides their parameters. */
export const cellSubject = ({ program, randomLoss }: ToySubject): Pick<CellOptions, 'user'> =>
  program === undefined ? {} : { user: { program, randomLoss } };

/** The parameters of a cell that the options fix; `elr` may come from an axis instead. */
export function cellParameters(
  alpha: readonly number[] | undefined,
  { lr, ...motion }: MotionOptions,
  elr?: number,
): CellParameters {
  const { weightDecay, momentum, probability, noise, multiplicativeNoise: multiplicative } = motion;
  const secondMoment = multiplicative?.secondMoment;
  const given = { elr, learningRate: lr, weightDecay, momentum, probability, noise, secondMoment };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { alpha: alpha ?? [], ...known };
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

/**
 * Law of multiplicative noise and set of samples that the options ask for. Fails (UsageError) where they contradict each
 * other, or a law has no second moment, from the options or from an axis of that name.
 */
export function stochasticOptions(
  options: MotionOptions & SubjectOptions,
  { secondMoment, ...cell }: Pick<CellParameters, 'secondMoment' | 'noise'>,
): Pick<CellOptions, 'noiseLaw' | 'batches'> {
  const { multiplicativeNoise: multiplicative, samples, batch, sampling, probability, noise } = options;
  if (multiplicative !== undefined && secondMoment === undefined)
    throw new UsageError(
      `--multiplicative-noise ${multiplicative.law} needs its mean square, like ${multiplicative.law}:2`,
    );
  if (multiplicative === undefined && secondMoment !== undefined)
    throw new UsageError('an axis second-moment needs --multiplicative-noise bernoulli or lognormal');
  const law = multiplicative && { noiseLaw: multiplicative.law };
  if (samples === undefined) {
    refuseOptions({ batch, sampling }, 'it needs --samples');
    return { ...law };
  }
  refuseOptions({ function: options.function }, 'samples are known for the toy with --alpha only');
  refuseOptions({ probability }, 'with --samples give --multiplicative-noise bernoulli:VALUE');
  if (noise === undefined && cell.noise === undefined && multiplicative === undefined)
    throw new UsageError('--samples needs --noise or --multiplicative-noise: what the samples differ in');
  const batches = { samples, batchSize: batch ?? 1, sampling: sampling ?? 'with' } as const;
  checkBatches(batches);
  return { ...law, batches };
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
  const { alpha, elr, shares, tolerance, samples, projection, multiplicativeNoise: multiplicative } = options;
  // A law without its second moment has it on an axis.
  const secondMoment = multiplicative && (multiplicative.secondMoment ?? Number.NaN);
  const more = {
    shares,
    tolerance,
    projection,
    secondMoment,
    batches: samples === undefined ? undefined : { samples },
  };
  const known = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  return { ...cellParameters(alpha, options, elr), ...known };
};

/** Refuses options that a command would silently ignore. `given` are those not supported here, by their names. */
export function refuseOptions(given: Readonly<Record<string, unknown>>, reason: string): void {
  const used = Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  if (used.length > 0)
    throw new UsageError(`${used.join(', ')} ${used.length > 1 ? 'do' : 'does'} not apply here: ${reason}`);
}

/** Options of the commands that answer in closed form. */
export const withClosedFormOptions = (command: Command): Command =>
  withSubjectOptions(command)
    .option(
      '--tolerance <fraction>',
      'divergence: loss within this fraction of that of a random point',
      fraction,
      DIVERGENCE_TOLERANCE,
    )
    .option('--shares <list>', 'frozen norm shares: each group on a sphere of its own (T7)', positiveNumbers)
    .option('--json', 'print JSON only');
