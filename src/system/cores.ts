import { availableParallelism } from 'node:os';

/** How many processes or threads this machine runs side by side. */
export const cores = (): number => availableParallelism();
