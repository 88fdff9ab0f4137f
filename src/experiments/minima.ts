import type { Estimate } from '../numerics/statistics/estimate.js';
import type { Prediction } from '../verify/prediction.js';
import type { WeightsErrors } from './final-point.js';
import { orderedPrediction, strataBySeed } from './ordered-claim.js';

/** Which minima does an ELR of regime 1 find? How sharp they are, how well they generalise, and what lies between them. */

/** The end of a run that converges. */
export interface Minimum extends WeightsErrors {
  readonly elr: number;
  readonly seed: number;
  /** Traces on the unit sphere. */
  readonly hessian: Estimate;
  /** Largest eigenvalue of the Hessian. */
  readonly largest: number;
  readonly fisher: Estimate;
}

/** A run by what it differs in from the others. */
type Named = Pick<Minimum, 'elr' | 'seed'>;

/** Two runs whose ends are joined by a path: neighbouring ELRs of one seed, or two seeds at one ELR. */
export interface Joined<Run extends Named> {
  readonly kind: 'ELRs' | 'seeds';
  readonly from: Run;
  readonly to: Run;
}

const byElr = (a: Named, b: Named): number => a.elr - b.elr || a.seed - b.seed;

/** The pairs that are joined: of each seed the neighbouring ELRs, and at each ELR every two seeds. */
export function joinedPairs<Run extends Named>(runs: readonly Run[]): Joined<Run>[] {
  const sorted = runs.toSorted(byElr);
  const neighbours = sorted.flatMap((from): Joined<Run>[] => {
    const to = sorted.find((run) => run.seed === from.seed && run.elr > from.elr);
    return to === undefined ? [] : [{ kind: 'ELRs', from, to }];
  });
  const seeds = sorted.flatMap((from) =>
    sorted
      .filter((to) => to.elr === from.elr && to.seed > from.seed)
      .map((to): Joined<Run> => ({ kind: 'seeds', from, to })),
  );
  return [...neighbours, ...seeds];
}

/** The highest training loss on a path less that of its higher end: 0 where no point is above both ends. */
export const barrierHeight = (losses: readonly number[]): number =>
  Math.max(...losses) - Math.max(losses[0]!, losses.at(-1)!);

/** What was found between two ends. */
export interface Barrier extends Joined<Named> {
  /** Training losses along the great circle, both ends included. */
  readonly losses: readonly number[];
  /** Of the angle between the ends. */
  readonly cosine: number;
}

const SHARED = 'paths that share an end are not independent, which the probability does not know';

/** The claims about minima, each with its verdict. */
export function minimaPredictions(minima: readonly Minimum[], barriers: readonly Barrier[]): Prediction[] {
  const falls = (name: string, quantityOf: (minimum: Minimum) => number): Prediction =>
    orderedPrediction({
      name: `${name} falls as the ELR rises`,
      direction: 'falls',
      strata: strataBySeed(minima, quantityOf),
    });
  const placed = barriers.map(({ kind, losses }) => ({
    place: kind === 'ELRs' ? 0 : 1,
    value: barrierHeight(losses),
  }));
  return [
    falls('trace of the Hessian', ({ hessian }) => hessian.mean),
    falls('trace of the Fisher matrix', ({ fisher }) => fisher.mean),
    falls('test error', ({ testError }) => testError),
    orderedPrediction({
      name: 'barriers between seeds above those between ELRs of a seed',
      direction: 'rises',
      strata: [placed],
      note: SHARED,
    }),
  ];
}
