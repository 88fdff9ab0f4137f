/** Runs of the toy whose ELR, fixed at first, then falls to almost nothing (theory.md, T14): what they lose by that. */
import { randomSource } from '../../src/numerics/random.js';
import { batchLossFloor } from '../theory/noise-share.js';
import { createEnsemble, type Ensemble, evaluateGradient, randomPositions } from './ensemble.js';
import { composeStages, type StepOptions, type StepStages } from './step.js';
import { ratiosSubject } from './subject.js';
import { NOISE_STREAM } from './trajectory.js';

export interface ToyAnnealingOptions extends Pick<StepOptions, 'noiseLaw' | 'secondMoment'> {
  /** Standard deviation in radians of the phase noise (T11). */
  readonly noise?: number;
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
  /** ELR |g_a|^2 / 4 of the same steps, g_a with the noise of the step. */
  readonly floors: Float64Array;
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

/** The squared norm of a replica's update. */
function squaredUpdate({ fn: { dimension }, update }: Ensemble, replica: number): number {
  let sum = 0;
  for (let i = replica * dimension; i < (replica + 1) * dimension; i += 1) sum += update[i]! * update[i]!;
  return sum;
}

/** Takes steps of all replicas; `observe` sees each after its noise is drawn, before it moves. */
function takeSteps(
  ensemble: Ensemble,
  { sample, move }: StepStages,
  { steps, observe }: { readonly steps: number; readonly observe: (step: number) => void },
): void {
  for (let step = 0; step < steps; step += 1) {
    evaluateGradient(ensemble);
    sample(ensemble);
    observe(step);
    move(ensemble);
  }
}

/**
 * Runs of the toy on the joint sphere at a fixed ELR, from random starts, and then with an ELR that falls linearly to
 * `factor` of it and stays there. Memory: 8 bytes for each step that is kept. Fails (UsageError) at bad noise.
 */
export function annealToy(
  alpha: readonly number[],
  elr: number,
  { steps, fallSteps, holdSteps, factor, seeds, ...noises }: ToyAnnealingOptions,
): AnnealedToyRun[] {
  const { noise = 0 } = noises;
  const fn = ratiosSubject(alpha).create(seeds.length);
  const starts = seeds.map((seed) => randomSource(seed));
  const ensemble = createEnsemble(fn, randomPositions(fn, starts));
  const rates = new Float64Array(seeds.length).fill(elr);
  const sources = seeds.map((seed) => randomSource(seed, NOISE_STREAM));
  const stages = composeStages(ensemble, { ...noises, elr: rates }, sources);
  const runs = seeds.map(() => ({
    losses: new Float64Array(steps),
    floors: new Float64Array(steps),
    annealedLosses: new Float64Array(holdSteps),
  }));
  takeSteps(ensemble, stages, {
    steps,
    observe: (step) =>
      runs.forEach(({ losses, floors }, replica) => {
        losses[step] = meanBatchLoss(alpha, noise, ensemble.loss[replica]!);
        floors[step] = (elr * squaredUpdate(ensemble, replica)) / 4;
      }),
  });
  takeSteps(ensemble, stages, {
    steps: fallSteps + holdSteps,
    observe: (step) => {
      rates.fill(elr * (1 + (factor - 1) * Math.min(1, step / fallSteps)));
      if (step < fallSteps) return;
      runs.forEach(({ annealedLosses }, replica) => {
        annealedLosses[step - fallSteps] = meanBatchLoss(alpha, noise, ensemble.loss[replica]!);
      });
    },
  });
  return runs;
}
