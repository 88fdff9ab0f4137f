/**
 * With which constants the pixels of images are normalised: those of their own data set, or those of CIFAR-10 whatever the data
 * set, as the official scripts do.
 */
export const NORMALISATIONS = ['own', 'official'] as const;
/** Name of the constants with which pixels are normalised, one of `NORMALISATIONS`. */
export type Normalisation = (typeof NORMALISATIONS)[number];
