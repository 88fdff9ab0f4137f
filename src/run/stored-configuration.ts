import { z } from 'zod';
import { UsageError } from '../system/usage-error.js';
import { LAST_LAYERS, NORMS } from './network-variants.js';
import { ObservationSettingsSchema } from './observation-settings.js';
import type { ElrRate, Rate } from './rate.js';
import { DEFAULT_TRAINING, TrainingSettingsSchema } from './training-settings.js';

/**
 * The configuration of a run, as programs have it and as files have it. In memory a run has one tagged rate; on disk the rate
 * is one of two fields, of which the other is null. Only this file knows both.
 */

const positive = z.number().positive();
const whole = z.number().int();

export const StoredTrainingSchema = z.strictObject({
  /** Learning rate; null: the ELR says it. */
  lr: positive.nullable(),
  ...TrainingSettingsSchema.shape,
});

/** The fields on disk. */
export const StoredConfigurationSchema = z.strictObject({
  model: z.string(),
  width: whole.min(1),
  /** Blocks of a ConvNet after the first; absent: 3. */
  depth: whole.min(1).optional(),
  /** Normalisation; absent: that of a batch, and `layer` in a transformer. */
  norm: z.enum(NORMS).optional(),
  /** Groups of channels of the norm `group`; absent: 4. */
  groups: whole.min(1).optional(),
  /** Kind of the last layer; absent: `fixed`, and `trained` in affine models. */
  lastLayer: z.enum(LAST_LAYERS).optional(),
  /** As given to --data. */
  data: z.string(),
  /** Number of training images used, the first ones; null: all. */
  trainImages: whole.min(1).nullable(),
  /** As many of each class; absent: whichever come first. */
  balanced: z.literal(true).optional(),
  /** Share of the training images that was held out in place of the test images, the last ones; absent: none was. */
  validation: z.number().gt(0).lt(1).optional(),
  /** The training labels were shuffled among the images; absent: they were not. */
  shuffledLabels: z.literal(true).optional(),
  /** Probability with which a training label was replaced by a random class; absent: none were. */
  corrupt: z.number().gt(0).max(1).optional(),
  /** Seed of label noise; absent: that of the run. */
  noiseSeed: whole.min(0).optional(),
  /** File that the training labels were read from; absent: they are those of the data set. */
  labels: z.string().optional(),
  /** How training images change from epoch to epoch; absent: they do not. */
  augment: z.enum(['crop-flip']).optional(),
  /** `official`: pixels are normalised with CIFAR-10's constants; absent: with those of the data set. */
  normalisation: z.literal('official').optional(),
  /** Effective learning rate; null: the learning rate is given instead, among the settings of `training`. */
  elr: positive.nullable(),
  batch: whole.min(1),
  steps: whole.min(1),
  seed: whole.min(0),
  order: z.enum(['shuffled', 'sequential']),
  /** How batches are drawn; absent: epoch by epoch, without replacement. */
  sampling: z.literal('with').optional(),
  /** Checkpoint the run started from; null: initialised from the seed. */
  init: z.string().nullable(),
  engine: z.string(),
  threads: whole.min(1).nullable(),
  training: StoredTrainingSchema.default({ lr: null, ...DEFAULT_TRAINING }),
  /** What is measured and kept between the steps; absent: nothing is. */
  observation: ObservationSettingsSchema.optional(),
});
export type StoredConfiguration = z.infer<typeof StoredConfigurationSchema>;

/** The configuration of a run: everything needed to repeat it. */
export interface RunConfiguration extends Omit<StoredConfiguration, 'elr' | 'training'> {
  readonly rate: Rate;
  readonly training: z.infer<typeof TrainingSettingsSchema>;
}
/** The configuration of a run at a fixed ELR. */
export interface ElrConfiguration extends RunConfiguration {
  readonly rate: ElrRate;
}

/** Reads a configuration from disk; exactly one of `elr` and `training.lr` is a number there. */
export const RunConfigurationSchema = StoredConfigurationSchema.transform((stored, context): RunConfiguration => {
  const { elr, training, ...rest } = stored;
  const { lr, ...settings } = training;
  if ((elr === null) === (lr === null)) {
    context.addIssue('one of elr and training.lr must be a number, the other null');
    return z.NEVER;
  }
  return { ...rest, rate: elr === null ? { kind: 'lr', value: lr! } : { kind: 'elr', value: elr }, training: settings };
});

/**
 * The same configuration, if a manifest can hold it. Throws a UsageError that names the first field that it cannot: a run written with
 * that would be trained and could not be read.
 */
export function checkedConfiguration(configuration: RunConfiguration): RunConfiguration {
  const { error } = StoredConfigurationSchema.safeParse(storedConfiguration(configuration));
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return configuration;
  throw new UsageError(`${issue.path.join('.')} of the run is not allowed: ${issue.message.replace(/^[^:]*: /, '')}`);
}

/** The same configuration as it is on disk, its fields in the order of the schema. */
export function storedConfiguration({ rate, training, ...rest }: RunConfiguration): StoredConfiguration {
  const [elr, lr] = rate.kind === 'elr' ? [rate.value, null] : [null, rate.value];
  const fields: Readonly<Record<string, unknown>> = { ...rest, elr, training: { lr, ...training } };
  const names = Object.keys(StoredConfigurationSchema.shape).filter((name) => fields[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, fields[name]])) as StoredConfiguration;
}
