/**
 * What a prediction is, and the closed forms that a theory has to offer so that a network can be read as a toy.
 * The toy implements `RegimeTheory`; whoever compares hands it in, so neither side knows the other.
 */

/** One row of the table: a statement of the theory with its number, beside the number measured. */
export interface Prediction {
  readonly name: string;
  /** Where the statement is derived: its label in theory.md. */
  readonly source: string;
  readonly predicted: number | string | null;
  readonly measured: number | string | null;
  /** Deviation of `measured` from `predicted`, as `errorKind` says; null where nothing could be measured. */
  readonly error: number | null;
  readonly errorKind: 'relative' | 'absolute' | 'factor';
  /** Largest error with which the prediction counts as holding. */
  readonly tolerance: number;
  /** null: not testable on these runs; `note` says why. */
  readonly holds: boolean | null;
  readonly note?: string;
}

/** Equilibrium of training with a fixed ELR, in closed form (T3, T4). */
export interface Equilibrium {
  /** k = elr * sum(alpha), the number that decides the regime. */
  readonly k: number;
  readonly regime: 'convergence' | 'chaotic equilibrium' | 'divergence';
  readonly loss: number;
  readonly egn: number;
  readonly ess: number;
  readonly shares: readonly number[];
}

/** The closed forms that verification needs. */
export interface RegimeTheory {
  /** elr_c = 1 / sum(alpha) (T3). */
  convergenceThreshold(alpha: readonly number[]): number;
  /** ELR from which the equilibrium loss is within a fraction `tolerance` of a random point's (T6). */
  divergenceThreshold(alpha: readonly number[], tolerance: number): number;
  /** Loss, EGN, ESS and shares at a fixed ELR (T3, T4). */
  equilibrium(alpha: readonly number[], elr: number, tolerance?: number): Equilibrium;
  /** k of an equilibrium from its loss as a fraction of a random point's (T4). */
  ratioFromLoss(fractionOfRandom: number): number;
  /** k of an equilibrium from its ESS (T4). */
  ratioFromStep(ess: number): number;
  /** The equilibrium line F = A - B / elr through two equilibria (T4). */
  equilibriumLine(first: EquilibriumLoss, second: EquilibriumLoss): EquilibriumLine;
}

/** Mean loss of an equilibrium at an ELR. */
export interface EquilibriumLoss {
  readonly elr: number;
  readonly loss: number;
}

export interface EquilibriumLine {
  /** Where the line crosses zero: the convergence threshold. */
  readonly threshold: number;
  lossAt(elr: number): number;
}

export type PredictionCase = Pick<Prediction, 'name' | 'source' | 'tolerance'> & {
  readonly predicted: number;
  readonly measured: number;
  readonly note?: string;
};

const verdict = (error: number, tolerance: number): Pick<Prediction, 'error' | 'holds'> =>
  Number.isFinite(error) ? { error, holds: error <= tolerance } : { error: null, holds: false };

/** Error |measured - predicted|. */
export const absolutePrediction = (given: PredictionCase): Prediction => ({
  ...given,
  errorKind: 'absolute',
  ...verdict(Math.abs(given.measured - given.predicted), given.tolerance),
});

/** Error |measured / predicted - 1|. */
export const relativePrediction = (given: PredictionCase): Prediction => ({
  ...given,
  errorKind: 'relative',
  ...verdict(Math.abs(given.measured / given.predicted - 1), given.tolerance),
});

/** Error max(measured / predicted, predicted / measured): 1 is exact. */
export const factorPrediction = (given: PredictionCase): Prediction => ({
  ...given,
  errorKind: 'factor',
  ...verdict(Math.max(given.measured / given.predicted, given.predicted / given.measured), given.tolerance),
});

/** A prediction that these runs cannot test, with the reason. */
export const untestedPrediction = (given: Pick<Prediction, 'name' | 'source' | 'tolerance'> & { note: string }) =>
  ({ ...given, predicted: null, measured: null, error: null, errorKind: 'relative', holds: null }) satisfies Prediction;
