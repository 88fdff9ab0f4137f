/** Steps that a pass over the training images takes. */
export const stepsPerEpoch = (
  { batch, fullBatch = false }: { readonly batch: number; readonly fullBatch?: boolean },
  images: number,
): number => (fullBatch ? 1 : Math.ceil(images / batch));

/** Ends of epochs from step `from` up to step `step`, both included; the start is not the end of an epoch. */
export const epochEnds = (from: number, step: number, perEpoch: number): number =>
  Math.max(0, Math.floor(step / perEpoch) - Math.max(1, Math.ceil(from / perEpoch)) + 1);

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
