/** Below this noise share noise does not limit a run: most of its loss is still to be learnt (T14; docs/noise-floor.md). */
export const NOISE_LIMITED = 0.3;

/** What a step needs to say how high its noise keeps the loss: one array an element a step. */
export interface StepSizes {
  readonly egn: Float64Array;
  readonly ess: Float64Array;
}

/**
 * elr |g_a|^2 / 4 = ess egn / 4 of each step: its mean over a stationary run is what noise adds to the loss (T14, p = 2). With
 * momentum beta the ELR is taken as elr / (1 - beta), which leaves out 2 beta / (1 + beta) of the mean gradient's square: an upper
 * estimate, close where noise dominates the gradients.
 */
export const stepNoiseFloors = ({ egn, ess }: StepSizes, momentum = 0): Float64Array =>
  ess.map((size, step) => (size * egn[step]!) / (4 * (1 - momentum)));
