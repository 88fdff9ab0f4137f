/** How batches are drawn from a finite set of samples: from the whole set each time, or epoch by epoch. */
export const SAMPLINGS = ['with', 'without'] as const;
/** `with`: every sample of a batch from the whole set, on its own; `without`: epochs, each of which has every sample once. */
export type Sampling = (typeof SAMPLINGS)[number];

/**
 * With which constants the pixels of images are normalised: those of their own data set, or those of CIFAR-10 whatever the data
 * set, as the official scripts do.
 */
export const NORMALISATIONS = ['own', 'official'] as const;
/** Name of the constants with which pixels are normalised, one of `NORMALISATIONS`. */
export type Normalisation = (typeof NORMALISATIONS)[number];
