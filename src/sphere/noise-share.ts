/** What the noise share of a loss is computed from (theory.md, T14). Everything on the unit sphere. */
export interface NoiseShareInput {
  readonly elr: number;
  /** E|g_a|^2: mean square of the EGN of mini-batches, signal and noise together. */
  readonly meanSquareEgn: number;
  /** Mean loss. */
  readonly loss: number;
  /** Loss at the bottom of the valley, where it is known. */
  readonly floor?: number;
  /** Degree p to which the loss above the floor is homogeneous about the bottom of the valley. */
  readonly degree?: number;
}

/**
 * The noise share R = elr E|g_a|^2 / (2 p (loss - floor)) (T14): 1 where the distance to the bottom of the valley is stationary.
 * Infinite at the floor, negative below it.
 */
export const noiseShare = ({ elr, meanSquareEgn, loss, floor = 0, degree = 2 }: NoiseShareInput): number =>
  (elr * meanSquareEgn) / (2 * degree * (loss - floor));
