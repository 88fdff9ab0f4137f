import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ObservationSettingsSchema } from './observation-settings.js';
import { PLAIN_SETTINGS, TrainingSettingsSchema } from './training-settings.js';

/** What a run on disk says of itself. Everything needed to repeat it, and what it ended with. */

export const MANIFEST_FORMAT = 1;

const positive = z.number().positive();
const whole = z.number().int();

export const RunConfigurationSchema = z.strictObject({
  model: z.string(),
  width: whole.min(1),
  /** Blocks of a ConvNet after the first; absent: 3. */
  depth: whole.min(1).optional(),
  /** As given to --data. */
  data: z.string(),
  /** Only the first so many training images; null: all. */
  trainImages: whole.min(1).nullable(),
  /** Probability with which a training label was replaced by a random class; absent: none were. */
  corrupt: z.number().gt(0).max(1).optional(),
  /** How training images change from epoch to epoch; absent: they do not. */
  augment: z.enum(['crop-flip']).optional(),
  /** Effective learning rate; null: the learning rate is given instead, among the settings of `training`. */
  elr: positive.nullable(),
  batch: whole.min(1),
  steps: whole.min(1),
  seed: whole.min(0),
  order: z.enum(['shuffled', 'sequential']),
  /** Checkpoint the run started from; null: initialised from the seed. */
  init: z.string().nullable(),
  engine: z.string(),
  threads: whole.min(1).nullable(),
  training: TrainingSettingsSchema.default(PLAIN_SETTINGS),
  /** What is measured and kept between the steps; absent: nothing is. */
  observation: ObservationSettingsSchema.optional(),
});
/**
 * Everything needed to repeat a run.
 *
 * @interface
 */
export type RunConfiguration = z.infer<typeof RunConfigurationSchema>;
/** The configuration of a run at a fixed ELR, as sweeps have them. */
export type ElrConfiguration = RunConfiguration & { readonly elr: number };

const InvariantGroupSchema = z.strictObject({ name: z.string(), tensors: z.array(z.string()).min(1) });

const OutcomeSchema = z.strictObject({
  /** Wall-clock seconds of training, measurements between the steps included. */
  seconds: z.number(),
  test: z.strictObject({ loss: z.number().nullable(), accuracy: z.number() }),
});
/**
 * What a finished run ended with.
 *
 * @interface
 */
export type RunOutcome = z.infer<typeof OutcomeSchema>;

const ManifestFields = z.strictObject({
  format: z.literal(MANIFEST_FORMAT),
  version: z.string(),
  node: z.string(),
  status: z.enum(['running', 'finished', 'failed']),
  configuration: RunConfigurationSchema,
  data: z.strictObject({ name: z.string(), sha256: z.string(), trainImages: whole, testImages: whole }),
  /** SHA-256 of the tensors that training started from; null: not recorded. */
  start: z.string().nullable().default(null),
  /** Names of the scale-invariant tensors, each of which every step records. */
  groups: z.array(z.string()),
  /** Which of them are scale-invariant only together; absent: each is by itself. */
  invariantGroups: z.array(InvariantGroupSchema).optional(),
  /** Mean loss of random points on the sphere, and its standard error. */
  randomLoss: z.strictObject({ mean: z.number(), standardError: z.number() }),
  created: z.string(),
  outcome: OutcomeSchema.nullable(),
  /** One line, where the run failed. */
  failure: z.string().nullable(),
});

/** Every tensor is in one group, where there are groups. */
export const ManifestSchema = ManifestFields.refine(({ groups, invariantGroups }) => {
  const tensors = invariantGroups?.flatMap((group) => group.tensors) ?? groups;
  return isDeepStrictEqual(tensors.toSorted(), groups.toSorted());
});
/**
 * The manifest of a run: its configuration, where it started from, and what it ended with.
 *
 * @interface
 */
export type Manifest = z.infer<typeof ManifestSchema>;
/** Names of the groups that are measured. */
export const groupNames = ({ groups, invariantGroups }: Manifest): readonly string[] =>
  invariantGroups?.map(({ name }) => name) ?? groups;
/** The manifest of a run at a fixed ELR. */
export type ElrManifest = Manifest & { readonly configuration: ElrConfiguration };
