/** A number of steps or of epochs. */
export interface Cadence {
  readonly count: number;
  readonly unit: 'steps' | 'epochs';
}

/** The steps after which a cadence has passed. */
export const inSteps = ({ count, unit }: Cadence, stepsPerEpoch: number): number =>
  unit === 'epochs' ? count * stepsPerEpoch : count;

/** Where something begins: at a fraction of a run, or after a number of epochs. */
export type Beginning = { readonly part: number } | { readonly epoch: number };
