import { z } from 'zod';
import { keptRecord } from './kept-record.js';

/** The curvature of a run's loss at its weights, as kept beside them. Everything on the unit sphere. */

export const CURVATURE_FILE = 'curvature.json';

const EigenvalueSchema = z.strictObject({
  value: z.number(),
  /** A true eigenvalue lies no farther than this from `value`. */
  bound: z.number(),
});

export const CurvatureSchema = z.strictObject({
  /** Steps that the run had taken. */
  step: z.number().int().min(0),
  /** Number of training images, the first ones, in batches of that size with statistics of their own. */
  images: z.number().int().min(1),
  batch: z.number().int().min(1),
  seed: z.number().int().min(0),
  /** Mean loss over these batches. */
  loss: z.number(),
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
 * Hessian eigenvalues on the sphere at the weights of a run, as `regimes curvature` writes them.
 *
 * @interface
 */
export type Curvature = z.infer<typeof CurvatureSchema>;

const record = keptRecord(CURVATURE_FILE, 'a curvature', CurvatureSchema);

export const writeCurvature = (directory: string, curvature: Curvature): void => record.write(directory, curvature);

/** The curvature kept with a run; undefined if there is none. Throws one line if it cannot be read. */
export const readCurvature = (directory: string): Curvature | undefined => record.read(directory);
