import { z } from 'zod';

/** How a run is trained, besides its data, batch and number of steps: part of the manifest. */

/**
 * Where the scale-invariant parameters are kept: together on one sphere, each on its own, each output filter on its own, or
 * anywhere.
 */
export const PROJECTIONS = ['joint', 'group', 'filter', 'none'] as const;
/** Where scale-invariant parameters are kept, one of `PROJECTIONS`. */
export type Projection = (typeof PROJECTIONS)[number];

/** Names of the losses. */
export const LOSSES = ['cross-entropy', 'squared'] as const;
/** Name of a loss. */
export type LossName = (typeof LOSSES)[number];

/** Kinds of schedules. */
export const SCHEDULES = ['constant', 'cosine', 'linear', 'step'] as const;

/** When a rate may change. */
export const SCHEDULE_UNITS = ['step', 'epoch'] as const;
/** When a rate may change: with every step, or at the beginnings of epochs. */
export type ScheduleUnit = (typeof SCHEDULE_UNITS)[number];

/** The part of a run, as fractions of its steps, over which a rate falls; before and after it is constant. */
const span = { from: z.number().min(0).max(1), to: z.number().min(0).max(1) };

/** Whether a rate changes at the beginnings of epochs only; absent: it may with every step. */
const by = z.literal('epoch').optional();

export const ScheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  /** Falls to `factor` of its first value along half a cosine. */
  z.strictObject({ kind: z.literal('cosine'), factor: z.number().min(0), ...span, by }),
  /** Falls to `factor` of its first value along a line. */
  z.strictObject({ kind: z.literal('linear'), factor: z.number().min(0), ...span, by }),
  /** Is multiplied by `factor` before each of the steps `milestones`. */
  z.strictObject({
    kind: z.literal('step'),
    factor: z.number().positive(),
    milestones: z.array(z.number().int().min(1)),
    by,
  }),
]);
/** How the rate changes during a run. */
export type Schedule = z.infer<typeof ScheduleSchema>;

export const TrainingSettingsSchema = z.strictObject({
  projection: z.enum(PROJECTIONS),
  weightDecay: z.number().min(0),
  momentum: z.number().min(0).lt(1),
  /** Learning rate of the parameters that are not scale-invariant; null: that of the others; 0: they are frozen. */
  freeLr: z.number().min(0).nullable(),
  loss: z.enum(LOSSES),
  /** One step a pass over the training images, along the mean of the gradients of all batches. */
  fullBatch: z.boolean(),
  schedule: ScheduleSchema,
  /** The last layer is the one that this seed draws; null: that of the run's own seed. */
  lastLayerSeed: z.number().int().min(0).nullable(),
  /** The weight W of the last layer starts as this times W / |W|; absent: 10 where it is frozen, W itself where it is trained. */
  initScale: z
    .number()
    .refine((scale) => scale !== 0)
    .optional(),
});
/**
 * How a run is trained, besides its data, batch and number of steps.
 *
 * @interface
 */
export type TrainingSettings = z.infer<typeof TrainingSettingsSchema>;

/** Gradient descent on the joint sphere with a fixed ELR: what runs did before there were other settings. */
export const DEFAULT_TRAINING: TrainingSettings = {
  projection: 'joint',
  weightDecay: 0,
  momentum: 0,
  freeLr: null,
  loss: 'cross-entropy',
  fullBatch: false,
  schedule: { kind: 'constant' },
  lastLayerSeed: null,
};

/** Whether every step goes along the gradient alone and ends on the joint sphere or nowhere: what K1 and K3 presume. */
export const isGradientStep = ({ momentum, weightDecay, projection }: TrainingSettings): boolean =>
  momentum === 0 && weightDecay === 0 && (projection === 'joint' || projection === 'none');

/**
 * Why the noise floor ELR E|g|^2 / 4 (T14) is not that of such runs; undefined if it is, on any sphere and off it, with weight decay
 * or without.
 */
export function noiseFloorObstacle({ momentum, schedule }: TrainingSettings): string | undefined {
  if (momentum !== 0)
    return `momentum ${momentum}: the floor with momentum is another one, which regimes experiment run momentum tests`;
  return schedule.kind === 'constant' ? undefined : `schedule ${schedule.kind}: the ELR changes during the run`;
}

const OTHER_SPACES: Readonly<Record<Projection, string | undefined>> = {
  joint: undefined,
  group: 'projection group: every group is on its own sphere, so the shares are fixed',
  filter: 'projection filter: every filter is on its own sphere, so the shares are fixed',
  none: 'projection none: in full space the ELR is not fixed',
};

/**
 * Why shares, effective step sizes and thresholds of such runs need not be those of T3, T4 and K4, which presume gradient
 * steps at a fixed ELR on the joint sphere; undefined if they have to be.
 */
export function equilibriumObstacle(settings: TrainingSettings): string | undefined {
  const { projection, momentum, weightDecay, schedule } = settings;
  const other = OTHER_SPACES[projection];
  if (other !== undefined) return other;
  if (momentum !== 0) return `momentum ${momentum}: steps are not along the gradient alone`;
  if (weightDecay !== 0) return `weight decay ${weightDecay}: steps are not along the gradient alone`;
  return schedule.kind === 'constant' ? undefined : `schedule ${schedule.kind}: the ELR changes during the run`;
}
