/**
 * Where a run stands in the valley whose bottom x* its annealing found: which condition of T14 keeps its loss from being the noise
 * floor (theory.md, 3.6).
 */

/** Measured at the last weights x of a run and at x*, both over all batches of an epoch; gradients are those on the unit sphere. */
export interface ValleyMeasurement {
  readonly elr: number;
  /** E F at x and at x*. */
  readonly loss: number;
  readonly bottom: number;
  /** c = x.x*, of unit vectors. */
  readonly cosine: number;
  /** V = E[g_a].(x - x*). */
  readonly slope: number;
  /** E|g_a|^2. */
  readonly squaredEgn: number;
}

export interface Valley {
  /** |x - x*| on the unit sphere, sqrt(2 - 2c). */
  readonly distance: number;
  /**
   * p = V / (E F - F*): the degree of the loss along the way to the bottom, 2 in a quadratic; the loss above the bottom is
   * 2 / p floors where the other conditions hold. Negative where the gradient does not point away from x*.
   */
  readonly degree: number;
  /**
   * ELR V / (c (sqrt(1 + ELR^2 E|g_a|^2) - 1)): what gradients bring a run nearer to the bottom, over what its steps take it away.
   * 1 where the mean distance is stationary and batches are independent; below 1 a run moves away (or the batches of an epoch
   * cancel), above it goes on falling. NaN where x* is a quarter turn away or more.
   */
  readonly balance: number;
}

/**
 * The valley of a run. With it, lost = (2 / p) c h balance x floor, h = (sqrt(1 + ess^2) - 1) / (ess^2 / 2). Not finite where the loss is
 * that of the bottom, or the step is zero.
 */
export function valleyOf({ elr, loss, bottom, cosine, slope, squaredEgn }: ValleyMeasurement): Valley {
  const away = Math.sqrt(1 + elr * elr * squaredEgn) - 1;
  return {
    distance: Math.sqrt(Math.max(0, 2 - 2 * cosine)),
    degree: slope / (loss - bottom),
    balance: cosine > 0 ? (elr * slope) / (cosine * away) : Number.NaN,
  };
}
