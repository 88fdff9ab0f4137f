import { z } from 'zod';
import { keptRecord } from './kept-record.js';

/** The curvature of a run's loss at its weights, as kept beside them. Everything on the unit sphere. */

/** Of which matrix: the Hessian of the loss, or its Fisher matrix with labels drawn from the network or with the given ones. */
export type CurvatureMatrix = 'hessian' | 'fisher' | 'empirical-fisher';
export const CURVATURE_MATRICES: readonly CurvatureMatrix[] = ['hessian', 'fisher', 'empirical-fisher'];

/** Over which training images: all, or those that label noise has left alone or has given a random label. */
export type ImageSubset = 'all' | 'clean' | 'corrupted';
export const IMAGE_SUBSETS: readonly ImageSubset[] = ['all', 'clean', 'corrupted'];

/** Which curvature of a run is meant; by default the Hessian's, over all images, at the last weights. */
export interface CurvatureKind {
  readonly of?: CurvatureMatrix;
  readonly subset?: ImageSubset;
  /** Steps after which the run kept the weights. */
  readonly at?: number;
}

/** The file beside the weights of a run in which a curvature is kept. */
export function curvatureFile({ of = 'hessian', subset = 'all', at }: CurvatureKind = {}): string {
  const parts = [of === 'hessian' ? '' : of, subset === 'all' ? '' : subset, at === undefined ? '' : `step-${at}`];
  return `${['curvature', ...parts.filter((part) => part !== '')].join('-')}.json`;
}

const FILE =
  /^curvature(-(?<of>fisher|empirical-fisher))?(-(?<subset>clean|corrupted))?(-step-(?<at>0|[1-9]\d*))?\.json$/;

/** Which curvature a file of that name keeps; undefined for other files. */
export function curvatureKindOf(file: string): CurvatureKind | undefined {
  const found = FILE.exec(file)?.groups;
  if (found === undefined) return undefined;
  const { of = 'hessian', subset = 'all', at } = found;
  return {
    of: of as CurvatureMatrix,
    subset: subset as ImageSubset,
    ...(at !== undefined && { at: Number(at) }),
  };
}

const EigenvalueSchema = z.strictObject({
  value: z.number(),
  /** A true eigenvalue lies no farther than this from `value`. */
  bound: z.number(),
});

export const CurvatureSchema = z.strictObject({
  /** Of which matrix everything here is; absent: of the Hessian. */
  of: z.literal(CURVATURE_MATRICES).optional(),
  /** Over which images; absent: over all. */
  subset: z.literal(IMAGE_SUBSETS).optional(),
  /** Steps that the run had taken. */
  step: z.number().int().min(0),
  /** Number of training images, the first ones, in batches of that size with statistics of their own. */
  images: z.number().int().min(1),
  batch: z.number().int().min(1),
  seed: z.number().int().min(0),
  /** Mean loss over these batches. */
  loss: z.number(),
  /** Share of these images whose largest logit is that of the label; absent in older records. */
  accuracy: z.number().min(0).max(1).optional(),
  /** Norm of the mean gradient times the joint norm. */
  meanGradientEgn: z.number(),
  /** Largest eigenvalues, falling, of the Hessian along the joint sphere, and the smallest. */
  largest: z.array(EigenvalueSchema),
  smallest: EigenvalueSchema,
  /** Whether the bounds of the largest are within the tolerance that was asked for. */
  converged: z.boolean(),
  /** Largest eigenvalue of each scale-invariant group on its own unit sphere; empty if not asked for. */
  groups: z.array(
    z.strictObject({
      name: z.string(),
      tensors: z.array(z.string()),
      largest: EigenvalueSchema,
      converged: z.boolean(),
    }),
  ),
  trace: z
    .strictObject({ mean: z.number(), standardError: z.number().nullable(), probes: z.number().int() })
    .nullable(),
  /** Eigenvalues with their share of the spectrum, which is known only as smeared out over neighbours. */
  spectrum: z.array(z.strictObject({ value: z.number(), weight: z.number() })).nullable(),
  /** Products of the Hessian with a vector, over all batches each, and the seconds they took. */
  products: z.number().int(),
  seconds: z.number(),
});
/**
 * Eigenvalues of the Hessian or a Fisher matrix on the sphere at the weights of a run, as `regimes curvature` writes them.
 *
 * @interface
 */
export type Curvature = z.infer<typeof CurvatureSchema>;

const record = (kind?: CurvatureKind) => keptRecord(curvatureFile(kind), 'a curvature', CurvatureSchema);

export const writeCurvature = (directory: string, curvature: Curvature, kind?: CurvatureKind): void =>
  record(kind).write(directory, curvature);

/** A curvature kept with a run, by default the Hessian's at its last weights; undefined if there is none. Throws one line if it cannot be read. */
export const readCurvature = (directory: string, kind?: CurvatureKind): Curvature | undefined =>
  record(kind).read(directory);
