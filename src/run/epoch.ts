/** Steps that a pass over the training images takes. */
export const stepsPerEpoch = (
  { batch, fullBatch = false }: { readonly batch: number; readonly fullBatch?: boolean },
  images: number,
): number => (fullBatch ? 1 : Math.ceil(images / batch));

/** Ends of epochs from step `from` up to step `step`, both included; the start is not the end of an epoch. */
export const epochEnds = (from: number, step: number, perEpoch: number): number =>
  Math.max(0, Math.floor(step / perEpoch) - Math.max(1, Math.ceil(from / perEpoch)) + 1);
