/** The convergence threshold of any toy function, numerically: 2 / (smallest top curvature of a minimum). */
import { EigenvalueDecomposition } from 'ml-matrix';
import { UsageError } from '../../src/system/usage-error.js';
import { type FlattestShares, flattestShares } from './flattest-shares.js';
import { descend, findMinima, gradientScale, type Minimum, tangentHessian } from './minima.js';
import type { ToyFunction } from './toy-function.js';

/** One minimum, or several alike. */
export interface MinimumEvidence {
  readonly loss: number;
  /** Its top Hessian eigenvalue on the unit sphere, at the norm shares that make it smallest. */
  readonly sharpness: number;
  /** Descents that ended there. */
  readonly starts: number;
}

/** The convergence threshold of a function with the minimum that decides it. */
export interface SharpnessThreshold {
  /** elr_c of T3: 2 / sharpness; infinite at a minimum without curvature. */
  readonly threshold: number;
  readonly sharpness: number;
  /** No norm shares make this minimum flatter than this. */
  readonly lowerBound: number;
  /** Norm shares of the groups there. */
  readonly shares: readonly number[];
  /** The minimum on the unit sphere. */
  readonly point: Float64Array;
  readonly loss: number;
  /** All minima that descents ended at, by rising sharpness. */
  readonly minima: readonly MinimumEvidence[];
}

const STARTS = 16;
/** Sizes of gradients whose squares, and ratios of those, are numbers. */
const [SMALLEST_SCALE, LARGEST_SCALE] = [1e-100, 1e100];
/** Curvatures below this fraction of the size of gradients are those of a minimum flatter than a parabola. */
const FLAT = 1e-6;
/** Minima whose losses and sharpnesses agree to this count as alike. */
const ALIKE = 1e-6;

/** Steps along a valley's floor, in radians: the shortest finds the flattest place to about its square. */
const VALLEY_STEPS = { longest: 0.3, shortest: 1e-4 } as const;
/** Relative falls of the sharpness that are not rounding. */
const FALL = 1e-9;

interface Candidate extends Minimum, FlattestShares {}

const candidateAt = (fn: ToyFunction, minimum: Minimum, scale: number): Candidate => {
  const hessian = tangentHessian(fn, minimum.point);
  if (hessian.norm('frobenius') > FLAT * scale) return { ...minimum, ...flattestShares(hessian, fn.groups) };
  return { ...minimum, sharpness: 0, lowerBound: 0, shares: fn.groups.map(() => 1 / fn.groups.length) };
};

/** Unit vectors along which a minimum goes on: those without curvature, other than rescaling a group. */
function valleyDirections(fn: ToyFunction, point: Float64Array, scale: number): Float64Array[] {
  const hessian = tangentHessian(fn, point);
  for (const { start, end } of fn.groups) {
    for (let i = start; i < end; i += 1)
      for (let j = start; j < end; j += 1) hessian.set(i, j, hessian.get(i, j) + scale * point[i]! * point[j]!);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(hessian, { assumeSymmetric: true });
  return realEigenvalues.flatMap((curvature, mode) =>
    Math.abs(curvature) <= FLAT * scale ? [Float64Array.from(eigenvectorMatrix.getColumn(mode))] : [],
  );
}

/** Walks along connected minima, on which training drifts too, while that makes them flatter: ever shorter steps. */
function followValley(fn: ToyFunction, from: Candidate, scale: number): Candidate {
  let best = from;
  for (let step: number = VALLEY_STEPS.longest; step > VALLEY_STEPS.shortest; ) {
    const probes = valleyDirections(fn, best.point, scale)
      .flatMap((direction) => [step, -step].map((by) => best.point.map((value, i) => value + by * direction[i]!)))
      .map((start) => descend(fn, start, scale))
      .filter(({ stationary, loss }) => stationary && loss <= best.loss + FALL * scale)
      .map((minimum) => candidateAt(fn, minimum, scale));
    const next = probes.find(({ sharpness }) => sharpness < best.sharpness * (1 - FALL));
    // As sharp everywhere, as where groups can be turned together: nothing to look for.
    if (probes.every(({ sharpness }) => Math.abs(sharpness / best.sharpness - 1) < FALL)) return best;
    if (next) best = next;
    else step /= 2;
  }
  return best;
}

function evidenceOf(candidates: readonly Candidate[], scale: number): MinimumEvidence[] {
  const close = (a: number, b: number) => Math.abs(a - b) <= ALIKE * scale;
  const kinds: { loss: number; sharpness: number; starts: number }[] = [];
  for (const { loss, sharpness } of candidates) {
    const alike = kinds.find((kind) => close(kind.loss, loss) && close(kind.sharpness, sharpness));
    if (alike) alike.starts += 1;
    else kinds.push({ loss, sharpness, starts: 1 });
  }
  return kinds;
}

/** `point`, whose groups have norm 1, on the unit sphere with the given norm shares. */
function withShares({ groups }: ToyFunction, point: Float64Array, shares: readonly number[]): Float64Array {
  const shared = point.slice();
  groups.forEach(({ start, end }, i) => {
    for (let at = start; at < end; at += 1) shared[at]! *= Math.sqrt(shares[i]!);
  });
  return shared;
}

/**
 * The largest fixed ELR at which training on the joint sphere can converge (T3), for any toy function: its minima are
 * searched by descents from `starts` random points, each is followed along connected minima to where it is flattest,
 * and the norm shares are chosen that make it flattest. For the toy of ratios it is 1 / sum(alpha). Local minima count
 * too, as training may end there; `minima` gives their losses. A minimum that no descent finds is missed: with more
 * starts the threshold can only rise. Shares near 0 are of groups without curvature: the threshold is then approached
 * only. Fails (UsageError) if no descent ends where the gradient vanishes, as at kinks, and if gradients are beyond 1e+-100.
 */
export function sharpnessThreshold(fn: ToyFunction, { starts = STARTS, seed = 1 } = {}): SharpnessThreshold {
  const scale = gradientScale(fn, seed);
  if (Number.isNaN(scale) || (scale !== 0 && (scale < SMALLEST_SCALE || scale > LARGEST_SCALE)))
    throw new UsageError(
      `the gradients of this function are of size ${scale.toPrecision(3)}; allowed: from ${SMALLEST_SCALE} to ${LARGEST_SCALE} ` +
        '(times a factor, a function has the threshold divided by it)',
    );
  const candidates = findMinima(fn, starts, seed)
    .filter(({ stationary }) => stationary)
    .map((minimum) => followValley(fn, candidateAt(fn, minimum, scale), scale))
    .toSorted((a, b) => a.sharpness - b.sharpness);
  const best = candidates[0];
  if (best === undefined)
    throw new UsageError(`none of ${starts} descents ends at a smooth minimum; allowed: functions without kinks there`);
  const { sharpness, lowerBound, shares, loss } = best;
  const point = withShares(fn, best.point, shares);
  const minima = evidenceOf(candidates, scale);
  return { threshold: 2 / sharpness, sharpness, lowerBound, shares, point, loss, minima };
}
