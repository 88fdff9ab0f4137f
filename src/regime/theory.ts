/**
 * The closed forms that a theory has to offer so that a network can be read as a toy. The toy implements `RegimeTheory`;
 * whoever compares hands it in, so neither side knows the other.
 */

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

/** The line F = A - B / elr through equilibria (T4). */
export interface EquilibriumLine {
  /** Where the line crosses zero: the convergence threshold. */
  readonly threshold: number;
  /** Loss of an equilibrium at another ELR. */
  lossAt(elr: number): number;
}
