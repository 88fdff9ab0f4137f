import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type ElrConfiguration, RunConfigurationSchema } from './stored-configuration.js';

export type { ElrConfiguration, RunConfiguration } from './stored-configuration.js';

/** What a run on disk says of itself. Everything needed to repeat it, and what it ended with. */

export const MANIFEST_FORMAT = 1;

const whole = z.number().int();

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
  data: z.strictObject({
    name: z.string(),
    sha256: z.string(),
    trainImages: whole,
    testImages: whole,
    /** Absent in manifests of earlier versions. */
    classes: whole.min(1).optional(),
  }),
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
  /** The files that a finished run has left, as they were then; absent: not recorded. */
  files: z
    .record(z.string().regex(/^[^/\\]+$/), z.strictObject({ bytes: whole.min(0), sha256: z.string() }))
    .optional(),
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

/** Classes of the images of a run: those of a manifest that does not say are known by the name of its data set. */
export const classesOf = ({ data: { classes, name } }: Pick<Manifest, 'data'>): number =>
  classes ?? (name === 'cifar100' ? 100 : 10);
