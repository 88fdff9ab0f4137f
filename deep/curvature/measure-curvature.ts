import { extremeEigenvalues } from '../../src/numerics/eigen/extreme-eigenvalues.js';
import type { SymmetricOperator } from '../../src/numerics/eigen/operator.js';
import { spectralMeasure } from '../../src/numerics/eigen/spectral-density.js';
import { estimateTrace } from '../../src/numerics/eigen/trace.js';
import { randomSource } from '../../src/numerics/random.js';
import type { Curvature } from '../../src/run/curvature-record.js';
import { UsageError } from '../../src/system/usage-error.js';
import { invariantGroups, type Model } from '../models/model.js';
import { jointNorm } from '../models/network.js';
import type { LossHessian } from './loss-hessian.js';

export interface CurvatureOptions {
  /** How many of the largest eigenvalues. */
  readonly top?: number;
  /** Bounds of eigenvalues, relative to the largest. */
  readonly tolerance?: number;
  /** Products after which an eigenvalue is given as it is. */
  readonly maximumProducts?: number;
  /** The largest eigenvalue of each scale-invariant group too. */
  readonly groups?: boolean;
  /** Random vectors for the trace; 0: none. */
  readonly traceProbes?: number;
  /** Random starts for the spectrum; 0: none. */
  readonly spectrumStarts?: number;
  readonly seed?: number;
  /** Called after each product with the Hessian. */
  readonly onProduct?: () => void;
}

/** Independent random streams of one seed. */
const STREAMS = { largest: 0, groups: 1, trace: 2, spectrum: 3 } as const;

export type MeasuredCurvature = Omit<Curvature, 'step' | 'images' | 'batch'>;

/** The same operator, and every product counted. */
const counted = ({ size, apply }: SymmetricOperator, count: () => void): SymmetricOperator => ({
  size,
  apply: (vector) => {
    count();
    return apply(vector);
  },
});

/** A place where curvature is measured: the Hessian there, and the model and weights that it is of. */
export interface CurvaturePlace {
  readonly hessian: LossHessian;
  readonly model: Model;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/** The spectrum as far as it is asked for, by products of `along`. */
async function spectra(
  along: (names?: readonly string[]) => SymmetricOperator,
  model: Model,
  options: CurvatureOptions,
): Promise<Pick<Curvature, 'largest' | 'smallest' | 'converged' | 'groups' | 'trace' | 'spectrum'>> {
  const { top = 1, tolerance = 0.01, maximumProducts = 100, groups = false } = options;
  const { traceProbes = 0, spectrumStarts = 0, seed = 1 } = options;
  const random = (stream: keyof typeof STREAMS) => randomSource(seed, STREAMS[stream]);
  const limits = { tolerance, maximumProducts };
  const joint = along();
  if (top > joint.size)
    throw new UsageError(`${top} eigenvalues requested; the matrix has ${joint.size}, one a scale-invariant weight`);
  const { largest, smallest, converged } = await extremeEigenvalues(joint, random('largest'), {
    count: top,
    ...limits,
  });
  const blocks: Curvature['groups'] = [];
  const source = random('groups');
  for (const { name, tensors } of groups ? invariantGroups(model) : []) {
    const found = await extremeEigenvalues(along(tensors), source, limits);
    blocks.push({ name, tensors: [...tensors], largest: found.largest[0]!, converged: found.converged });
  }
  const trace = traceProbes > 0 ? await estimateTrace(joint, random('trace'), { probes: traceProbes }) : undefined;
  const measure =
    spectrumStarts > 0 ? await spectralMeasure(joint, random('spectrum'), { starts: spectrumStarts }) : undefined;
  return {
    largest: [...largest],
    smallest,
    converged,
    groups: blocks,
    trace: trace ? { ...trace, standardError: trace.probes === 1 ? null : trace.standardError } : null,
    spectrum: measure ? [...measure.points] : null,
  };
}

/**
 * The spectrum of the Hessian of a model's loss at given weights, on the unit sphere (theory.md, section 4): the largest
 * eigenvalues along the joint sphere, those of each scale-invariant group on its own sphere, twice the alpha_i of T3, the
 * trace and the distribution of eigenvalues. Throws where a product is not finite.
 */
export async function measureCurvature(
  { hessian, model, tensors }: CurvaturePlace,
  options: CurvatureOptions = {},
): Promise<MeasuredCurvature> {
  const { seed = 1, onProduct = () => {} } = options;
  const begin = performance.now();
  let products = 0;
  const count = (): void => {
    products += 1;
    onProduct();
  };
  const { loss, accuracy, gradientNorm } = await hessian.slope();
  const found = await spectra((names) => counted(hessian.along(names), count), model, options);
  const meanGradientEgn = gradientNorm * jointNorm(model, tensors);
  return { seed, loss, accuracy, meanGradientEgn, ...found, products, seconds: (performance.now() - begin) / 1000 };
}
