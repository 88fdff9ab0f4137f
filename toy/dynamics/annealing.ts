/** Runs of the toy whose ELR, fixed at first, then falls to almost nothing (theory.md, T14): what they lose by that. */

import { randomSource } from '../../src/numerics/random.js';
import { dot } from '../../src/numerics/series.js';
import { ratiosSubject } from '../function/subject.js';
import { batchLossFloor } from '../theory/noise-share.js';
import { createEnsemble, type Ensemble, evaluateGradient, randomPositions } from './ensemble.js';
import { composeStages, type StepOptions, type StepStages } from './step.js';
import { NOISE_STREAM, type Rate, stepOptionsOf } from './trajectory.js';

type Settings = Pick<StepOptions, 'noiseLaw' | 'secondMoment' | 'batches'>;

export interface ToyAnnealingOptions extends Settings {
  /** Standard deviation in radians of the phase noise (T11). */
  readonly noise?: number;
  readonly momentum?: number;
  /** In full space, at a learning rate. */
  readonly weightDecay?: number;
  /** Steps at the fixed ELR. */
  readonly steps: number;
  /** Steps during which the ELR then falls linearly to `factor` of itself. */
  readonly fallSteps: number;
  /** Steps for which it stays there. */
  readonly holdSteps: number;
  readonly factor: number;
  /** One run for each: of the random start and of the noise. */
  readonly seeds: readonly number[];
}

/** One run, step by step. */
export interface AnnealedToyRun {
  /** Loss of the batch of each step at the fixed ELR, in the mean over its noise. */
  readonly losses: Float64Array;
  /** ELR |g_a|^2 / 4 of the same steps, g_a with the noise of the step; with momentum as if there were none. */
  readonly floors: Float64Array;
  /** (1 + momentum) |v|^2 / (4 ELR) of the same steps, |v| the tangent of the angle of the step. */
  readonly velocityFloors: Float64Array;
  /** Losses of the steps at the end of annealing, during which the ELR stays where it is. */
  readonly annealedLosses: Float64Array;
}

/**
 * Mean loss of a batch at a place where the loss of all data is `loss`: E sin^2(theta + eps) = (1 - exp(-2 sigma^2) cos 2 theta) / 2, hence
 * exp(-2 sigma^2) F + S (1 - exp(-2 sigma^2)) / 2 (T11). Factors of mean 1 change nothing. This is what networks record; the second term
 * stays however small the steps.
 */
export const meanBatchLoss = (alpha: readonly number[], sigma: number, loss: number): number =>
  Math.exp(-2 * sigma * sigma) * loss + batchLossFloor(alpha, sigma);

/** The part of an array that belongs to a replica. */
const partOf = (values: Float64Array, replica: number, { fn: { dimension } }: Ensemble): Float64Array =>
  values.subarray(replica * dimension, (replica + 1) * dimension);

/** What is seen of a step: before it, with the noise drawn, and after it, given the positions before. */
interface Watch {
  readonly steps: number;
  readonly before: (step: number) => void;
  readonly after?: (step: number, positions: Float64Array) => void;
}

/** Takes steps of all replicas. */
function takeSteps(ensemble: Ensemble, { sample, move }: StepStages, { steps, before, after }: Watch): void {
  for (let step = 0; step < steps; step += 1) {
    evaluateGradient(ensemble);
    sample(ensemble);
    before(step);
    const positions = after && ensemble.position.slice();
    move(ensemble);
    after?.(step, positions!);
  }
}

/** tan^2 of the angle between two points: |a|^2 |b|^2 / (a.b)^2 - 1, from the part of b that is orthogonal to a. */
function squaredTangent(a: Float64Array, b: Float64Array): number {
  const along = dot(a, b) / dot(a, a);
  const across = b.map((value, i) => value - along * a[i]!);
  return dot(across, across) / (along * along * dot(a, a));
}

/** Fixed at first, and the same number for all replicas. */
const initialRate = (rate: Rate): number => (typeof rate === 'number' ? rate : rate.learningRate);

/**
 * Runs of the toy from random starts, at a fixed ELR on the joint sphere or at a learning rate in full space, and then with a rate that
 * falls linearly to `factor` of it and stays there. Memory: 8 bytes for each number of a step that is kept. Fails (UsageError) at
 * bad noise.
 */
export function annealToy(
  alpha: readonly number[],
  rate: Rate,
  { steps, fallSteps, holdSteps, factor, seeds, ...settings }: ToyAnnealingOptions,
): AnnealedToyRun[] {
  const { noise = 0, momentum = 0, batches } = settings;
  const fn = ratiosSubject(alpha).create(seeds.length);
  const starts = seeds.map((seed) => randomSource(seed));
  const ensemble = createEnsemble(fn, randomPositions(fn, starts));
  const first = initialRate(rate);
  const rates = new Float64Array(seeds.length).fill(first);
  const sources = seeds.map((seed) => randomSource(seed, NOISE_STREAM));
  const given = stepOptionsOf(rate, settings);
  const stepping = given.elr === undefined ? { ...given, learningRate: rates } : { ...given, elr: rates };
  const stages = composeStages(ensemble, stepping, sources);
  // Samples differ in constants of their losses too, which are left out.
  const lossAt = (replica: number): number => {
    const loss = ensemble.loss[replica]!;
    return batches === undefined ? meanBatchLoss(alpha, noise, loss) : loss;
  };
  const runs = seeds.map(() => ({
    losses: new Float64Array(steps),
    floors: new Float64Array(steps),
    velocityFloors: new Float64Array(steps),
    annealedLosses: new Float64Array(holdSteps),
  }));
  takeSteps(ensemble, stages, {
    steps,
    before: (step) =>
      runs.forEach(({ losses, floors }, replica) => {
        const update = partOf(ensemble.update, replica, ensemble);
        losses[step] = lossAt(replica);
        // ELR EGN^2 = lr |grad|^2: the norm cancels.
        floors[step] = (first * dot(update, update)) / 4;
      }),
    after: (step, positions) =>
      runs.forEach(({ velocityFloors }, replica) => {
        const before = partOf(positions, replica, ensemble);
        const elr = first / dot(before, before);
        const square = squaredTangent(before, partOf(ensemble.position, replica, ensemble));
        velocityFloors[step] = ((1 + momentum) * square) / (4 * elr);
      }),
  });
  takeSteps(ensemble, stages, {
    steps: fallSteps + holdSteps,
    before: (step) => {
      rates.fill(first * (1 + (factor - 1) * Math.min(1, step / fallSteps)));
      if (step < fallSteps) return;
      runs.forEach(({ annealedLosses }, replica) => {
        annealedLosses[step - fallSteps] = lossAt(replica);
      });
    },
  });
  return runs;
}
