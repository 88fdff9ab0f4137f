/** Runs of the toy whose ELR, fixed at first, then falls to almost nothing (theory.md, T14): what they lose by that. */
import { randomSource } from '../../src/numerics/random.js';
import { createEnsemble, type Ensemble, evaluateGradient, randomPositions } from './ensemble.js';
import { composeStages, type StepOptions, type StepStages } from './step.js';
import { ratiosSubject } from './subject.js';
import { NOISE_STREAM } from './trajectory.js';

export interface ToyAnnealingOptions extends Pick<StepOptions, 'noise' | 'noiseLaw' | 'secondMoment'> {
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
  /** Mean loss over all data (without the noise of the step) at the fixed ELR. */
  readonly losses: Float64Array;
  /** ELR |g_a|^2 / 4 of the same steps, g_a with the noise of the step. */
  readonly floors: Float64Array;
  /** Losses of the steps at the end of annealing, during which the ELR stays where it is. */
  readonly annealedLosses: Float64Array;
}

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
  { steps, fallSteps, holdSteps, factor, seeds, ...noise }: ToyAnnealingOptions,
): AnnealedToyRun[] {
  const fn = ratiosSubject(alpha).create(seeds.length);
  const starts = seeds.map((seed) => randomSource(seed));
  const ensemble = createEnsemble(fn, randomPositions(fn, starts));
  const rates = new Float64Array(seeds.length).fill(elr);
  const sources = seeds.map((seed) => randomSource(seed, NOISE_STREAM));
  const stages = composeStages(ensemble, { ...noise, elr: rates }, sources);
  const runs = seeds.map(() => ({
    losses: new Float64Array(steps),
    floors: new Float64Array(steps),
    annealedLosses: new Float64Array(holdSteps),
  }));
  takeSteps(ensemble, stages, {
    steps,
    observe: (step) =>
      runs.forEach(({ losses, floors }, replica) => {
        losses[step] = ensemble.loss[replica]!;
        floors[step] = (elr * squaredUpdate(ensemble, replica)) / 4;
      }),
  });
  takeSteps(ensemble, stages, {
    steps: fallSteps + holdSteps,
    observe: (step) => {
      rates.fill(elr * (1 + (factor - 1) * Math.min(1, step / fallSteps)));
      if (step < fallSteps) return;
      runs.forEach(({ annealedLosses }, replica) => {
        annealedLosses[step - fallSteps] = ensemble.loss[replica]!;
      });
    },
  });
  return runs;
}
