/** One run of the toy, step by step. */

import { randomSource } from '../../src/numerics/random.js';
import { type StepQuantities, sphereQuantities } from '../../src/sphere/quantities.js';
import { defined } from '../../src/system/defined.js';
import { UsageError } from '../../src/system/usage-error.js';
import { type Subject, subjectOf, type ToySubject } from '../function/subject.js';
import { thresholdRatio } from '../theory/thresholds.js';
import { collapseReason } from './collapse.js';
import { createEnsemble, type Ensemble, evaluateGradient, randomPositions } from './ensemble.js';
import { composeStages, type StepOptions } from './step.js';

/** Coordinates (x_i, y_i) of each group. */
export interface ToyStart {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** A fixed ELR, or a learning rate, whose ELR follows the norm. */
export type Rate = number | { readonly learningRate: number };

/** How long a run is, where it starts, and how it steps. */
export interface TrajectoryOptions extends Omit<StepOptions, 'elr' | 'learningRate'> {
  readonly steps: number;
  /** Of the random start and of noise. */
  readonly seed?: number;
  /** Instead of a random start; scaled to the unit sphere unless there is a learning rate. */
  readonly start?: ToyStart;
}

const DEFAULT_SEED = 1;
/** Random streams of a seed: the start is the first. */
export const NOISE_STREAM = 1;

/** Options of the step at a rate; a learning rate implies full space by default. */
export function stepOptionsOf(rate: Rate, options: Omit<StepOptions, 'elr' | 'learningRate'>): StepOptions {
  const { weightDecay, momentum, probability, noise, noiseLaw, secondMoment, batches, projection } = options;
  const known = defined({ weightDecay, momentum, probability, noise, noiseLaw, secondMoment, batches, projection });
  return typeof rate === 'number' ? { ...known, elr: rate } : { projection: 'none', ...known, ...rate };
}

function startPositions(subject: ToySubject, rate: Rate, { start, seed = DEFAULT_SEED }: TrajectoryOptions) {
  const fn = subject.create(1);
  if (start === undefined) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new UsageError(`the seed is ${seed}; allowed: a whole number from 0 on`);
    return randomPositions(fn, [randomSource(seed)]);
  }
  const groups = fn.groups.length;
  const norms = Array.from(start.x, (x, i) => Math.hypot(x, start.y[i] ?? Number.NaN));
  const fits = subject.alpha !== undefined && norms.length === groups;
  if (!fits || !norms.every((norm) => norm > 0 && Number.isFinite(norm)))
    throw new UsageError(`the start is not allowed: it needs ${groups} finite points (x, y), none of them 0`);
  const norm = typeof rate === 'number' ? Math.hypot(...norms) : 1;
  return Float64Array.from(norms.flatMap((_, i) => [start.x[i]! / norm, start.y[i]! / norm]));
}

/** Norms, gradients and step sizes at the ensemble's first replica, with its update as the gradient. */
function quantities({ fn, position, update }: Ensemble, rate: Rate) {
  const squares = (values: Float64Array, start: number, end: number): number =>
    values.subarray(start, end).reduce((sum, value) => sum + value * value, 0);
  const groups = fn.groups.map(({ name, start, end }) => ({
    name,
    squaredNorm: squares(position, start, end),
    squaredGradient: squares(update, start, end),
  }));
  const square = groups.reduce((sum, { squaredNorm }) => sum + squaredNorm, 0);
  return sphereQuantities(groups, typeof rate === 'number' ? rate * square : rate.learningRate);
}

/** Angle between two points, 2 atan2(|a - b|, |a + b|) of their directions: accurate where the arc cosine is not. */
function angleBetween(a: Float64Array, b: Float64Array): number {
  const [normA, normB] = [Math.hypot(...a), Math.hypot(...b)];
  const combine = (sign: number): number => Math.hypot(...a.map((value, i) => value / normA + (sign * b[i]!) / normB));
  return 2 * Math.atan2(combine(-1), combine(1));
}

/** A step of a run; `collapsed` says why the run means nothing from here on, where it does not. */
export interface ToyStep {
  readonly quantities: StepQuantities;
  readonly collapsed: string | undefined;
}

/**
 * The steps of a run, one at a time and with measured angles; nothing is kept. With batch noise, gradients are those of
 * the batch. Goes on where it has collapsed. Fails (UsageError) at bad input.
 */
export function* toySteps(given: Subject, rate: Rate, options: TrajectoryOptions): Generator<ToyStep, void> {
  const subject = subjectOf(given);
  if (typeof rate === 'number' && subject.alpha !== undefined) thresholdRatio(subject.alpha, rate);
  const ensemble = createEnsemble(subject.create(1), startPositions(subject, rate, options));
  const random = randomSource(options.seed ?? DEFAULT_SEED, NOISE_STREAM);
  const stepping = stepOptionsOf(rate, options);
  const { sample, move } = composeStages(ensemble, stepping, random);
  for (let step = 0; step < options.steps; step += 1) {
    evaluateGradient(ensemble);
    sample(ensemble);
    const measured = { step, loss: ensemble.loss[0]!, ...quantities(ensemble, rate) };
    const before = ensemble.position.slice();
    move(ensemble);
    const collapsed = collapseReason({ ...ensemble, position: before }, 0, stepping, subject.alpha);
    yield { quantities: { ...measured, angle: angleBetween(before, ensemble.position) }, collapsed };
  }
}

/** The quantities of `toySteps`. */
export function* toyTrajectory(
  subject: Subject,
  rate: Rate,
  options: TrajectoryOptions,
): Generator<StepQuantities, void> {
  for (const { quantities } of toySteps(subject, rate, options)) yield quantities;
}
