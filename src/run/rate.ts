/** The rate of the first steps of a run, tagged with what it is. */
export type Rate = ElrRate | LearningRate;

/** Effective learning rate: learning rate over the squared joint norm of the scale-invariant parameters at the start. */
export interface ElrRate {
  readonly kind: 'elr';
  readonly value: number;
}

/** The learning rate itself. */
export interface LearningRate {
  readonly kind: 'lr';
  readonly value: number;
}

/** The rate of training on a sphere: a fixed ELR. */
export const elrRate = (value: number): ElrRate => ({ kind: 'elr', value });

/** The ELR of a run; null if the learning rate is given instead. */
export const elrOf = ({ rate }: { readonly rate: Rate }): number | null => (rate.kind === 'elr' ? rate.value : null);
