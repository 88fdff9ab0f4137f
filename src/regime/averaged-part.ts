/** The part of a run that is judged and averaged: its end, where the start no longer tells. */

/** The last half. */
export const AVERAGED_PART = 0.5;

/** What such an average is called wherever one is shown. */
export const AVERAGE_NAME = 'mean of the last half';

/** The first of `steps` steps that is averaged; `part` is the fraction of them that is. */
export const averagedFrom = (steps: number, part = AVERAGED_PART): number => Math.floor(steps * (1 - part));
