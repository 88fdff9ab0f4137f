export interface NoiseShareInput {
  readonly elr: number;
  /** E|g_a|^2: the mean over steps of the squared EGN of the batch of each step. */
  readonly meanSquareEgn: number;
  readonly loss: number;
  /** Loss at the bottom of the valley, F*; 0 where nothing better is known. */
  readonly floor?: number;
  /** Degree p of the valley: F - F* ~ distance^p; 2 for a quadratic. */
  readonly degree?: number;
}

/**
 * Noise share of the loss, R = ELR E|g_a|^2 / (2p (E F - F*)): the noise floor over the loss above the bottom of the
 * valley (T14 of docs/theory.md). Dimensionless. Infinite or NaN where the loss is the floor itself.
 */
export function noiseShare({ elr, meanSquareEgn, loss, floor = 0, degree = 2 }: NoiseShareInput): number {
  return (elr * meanSquareEgn) / (2 * degree * (loss - floor));
}
