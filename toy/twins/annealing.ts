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

/** ELRs of annealing from one on, as those of a network: a linear fall, then an epoch in which the loss is measured. */
export const annealingElrs = (elr: number, { annealSteps, perEpoch }: Omit<AnnealedLengths, 'steps'>): number[] =>
  Array.from({ length: annealingSteps(annealSteps, perEpoch) }, (_, step) => {
    const part = Math.min(1, step / annealSteps);
    return elr * (1 - part + part * ANNEALING_FACTOR);
  });

/** One ELR in every step. */
export const constantElrs = (elr: number, steps: number): number[] => new Array<number>(steps).fill(elr);

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
