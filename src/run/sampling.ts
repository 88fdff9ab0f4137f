/** How batches are drawn from a finite set of samples: from the whole set each time, or epoch by epoch. */
export const SAMPLINGS = ['with', 'without'] as const;
/** `with`: every sample of a batch from the whole set, on its own; `without`: epochs, each of which has every sample once. */
export type Sampling = (typeof SAMPLINGS)[number];
