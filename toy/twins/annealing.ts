import { ANNEALING_FACTOR, annealingSteps } from '../../src/experiments/anneal.js';

/** Lengths of the protocol of a network that anneals its runs. */
export interface AnnealedLengths {
  readonly steps: number;
  readonly annealSteps: number;
  readonly perEpoch: number;
}

/** The same of the toy, as `annealToy` takes them: after the fall the rate stays for the rest of that epoch, and for another one. */
export const annealingLengths = ({ steps, annealSteps, perEpoch }: AnnealedLengths) => ({
  steps,
  fallSteps: annealSteps,
  holdSteps: annealingSteps(annealSteps, perEpoch) - annealSteps,
  factor: ANNEALING_FACTOR,
});

/** A run of the toy with the annealed losses of its last epoch alone, as networks are measured. */
export const inLastEpoch = <Run extends { readonly annealedLosses: Float64Array }>(
  run: Run,
  perEpoch: number,
): Run => ({
  ...run,
  annealedLosses: run.annealedLosses.slice(-perEpoch),
});

/** Seeds of so many runs. */
export const firstSeeds = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
