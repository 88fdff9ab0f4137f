/** The ELR at which batches of another size have the same ELR / batch, as short as it is written in the names of runs. */
export const elrAtBatch = (elr: number, { from, to }: { readonly from: number; readonly to: number }): number =>
  Number(((elr * to) / from).toPrecision(12));

/** Steps in which an ELR falls so that ELR x steps is that of the smallest ELR: what moves along a valley then moves as far. */
export const decaySteps = (annealSteps: number, smallest: number, elr: number): number =>
  Math.max(1, Math.round((annealSteps * smallest) / elr));
