/** One group of the toy model: a map of the circle, solved in closed form (theory.md, section 3.1). */
import { UsageError } from '../../src/system/usage-error.js';
import { equilibriumFractions } from './equilibrium.js';
import { productMinus } from './exact-product.js';

/**
 * One step of r = tan theta = x / y: r' = r (r^2 + 1 - 2k) / (1 + (1 + 2k) r^2) (section 3.1). r may be infinite
 * (theta = pi/2, the maximum, which is a fixed point).
 */
export function circleMap(r: number, k: number): number {
  // r^2 = 2k - 1 is mapped to the minimum; near it the numerator would lose its digits.
  if (Math.abs(r) <= 1) return (r * productMinus(r, r, 2 * k - 1)) / (1 + (1 + 2 * k) * r * r);
  const inverse = 1 / r;
  const square = inverse * inverse;
  const numerator = r * r < 1e300 ? productMinus(r, r, 2 * k - 1) * square : 1 + (1 - 2 * k) * square;
  return (r * numerator) / (square + 1 + 2 * k);
}

/**
 * |1 - 2k|: the factor by which r = tan theta shrinks a step near the minimum (T1). Below 1 exactly for 0 < k < 1; 0 at
 * k = 1/2, where convergence is cubic; 1 at k = 1, where it is sublinear, r ~ (8t)^(-1/2).
 */
export const convergenceFactor = (k: number): number => Math.abs(1 - 2 * k);

/**
 * Steps in which one group with 0 < k <= 1 comes from loss `start` to loss `target`, both in units of alpha (T1). A real
 * number; a run reaches the target with the next whole step. With u = tan^2 theta = F / (alpha - F), m = 1 - 2k and
 * c = k / (m (1 - k)) it is
 *
 * - log(phi(start) / phi(target)) / -log|m|, with phi = sqrt(u) (1 + 2|c| u)^(+-1/2), the sign being that of c; but for
 * - k = 1/2, cubic: log_3(L(target) / L(start)), with L = -log(sqrt(u) / (1 + 2u)^(1/3))
 * - k = 1, sublinear, the limit of the first: (1/u(target) - 1/u(start)) / 8
 *
 * Asymptotic: phi solves phi(r') = m phi(r), and L solves L(r') = 3 L(r), up to higher powers of u; nothing here is exact
 * at finite losses. Rounded up it is the count of a run, give or take 0.02, from starts below alpha / 100 where k < 0.9 and
 * u(start) < |m| / 10; from larger u(start) near k = 1/2 runs may be faster (u = 2k - 1 leaps to the minimum at once). From
 * k = 0.9 on it errs by up to 1 + 0.4 log(start / target) steps of the many. At k = 1/2 it errs by 0.06 for any start.
 * Fails (UsageError) for other k, where no minimum is reached, and unless 0 < target <= start < 1, and at k = 1/2 for a
 * start above 1/2, where L may be negative.
 */
export function stepsToLoss(k: number, start: number, target: number): number {
  if (!(k > 0 && k <= 1)) throw new UsageError(`k is ${k}; allowed: above 0 and up to 1, where training converges`);
  if (!(target > 0 && target <= start && start < 1))
    throw new UsageError(
      `losses are ${start} and ${target}; allowed: below 1 at the start, then as low or lower, above 0`,
    );
  if (k === 0.5) return cubicSteps(start, target);
  if (k === 1) return (start - target) / start / target / 8;
  const m = 1 - 2 * k;
  const curvature = (2 * k) / Math.abs(m) / (1 - k);
  const [before, after] = [start / (1 - start), target / (1 - target)];
  // Square of the ratio of phi, less 1, without the difference that a start near the target would cancel in.
  const growth =
    m > 0
      ? ((start - target) / (1 - start) / target) * ((1 + curvature * (before + after)) / (1 + curvature * after))
      : (start - target) / target / (1 - start + curvature * start);
  // Of small k, 1 - 2k has been rounded.
  const rate = k < 0.25 ? Math.log1p(-2 * k) : Math.log(Math.abs(m));
  return Math.log1p(growth) / (-2 * rate);
}

function cubicSteps(start: number, target: number): number {
  if (start > 0.5) throw new UsageError(`the loss at the start is ${start}; allowed at k = 1/2: up to 1/2`);
  const depth = (loss: number): number => {
    const u = loss / (1 - loss);
    return Math.log1p(2 * u) / 3 - Math.log(u) / 2;
  };
  return Math.log(depth(target) / depth(start)) / Math.log(3);
}

/** 2/k^2 - 1: the multiplier of one step followed by the reflection theta -> -theta, on the period-2 orbit (T2). */
export const orbitMultiplier = (k: number): number => (k < 1.8 ? -productMinus(k, k, 2) / (k * k) : 2 / k / k - 1);

/**
 * log|2/k^2 - 1|, nats per step: the Lyapunov exponent of the period-2 orbit (T2). 0 at k = 1 and towards infinity,
 * negative in between; minus infinity at k = sqrt 2, of which floating point reaches about -36.
 */
export function orbitLyapunovExponent(k: number): number {
  const multiplier = orbitMultiplier(k);
  if (Math.abs(multiplier) < 0.5) return Math.log(Math.abs(multiplier));
  // log1p keeps the exponent where the multiplier is near 1 (k near 1) and near -1 (k large).
  const fromOne = k < Math.SQRT2 ? 2 * ((k - 1) / k) * ((k + 1) / k) : 2 / k / k;
  return Math.log1p(-fromOne);
}

/** The attracting orbit that alternates between theta and -theta. */
export interface PeriodTwoOrbit {
  /** r* = tan theta*. */
  readonly tangent: number;
  /** theta* in radians, between 0 and pi/4. */
  readonly angle: number;
  readonly loss: number;
  readonly egn: number;
  readonly ess: number;
  readonly multiplier: number;
  readonly lyapunov: number;
}

/**
 * The period-2 orbit of one group (T2): cos 2 theta* = 1/k, r*^2 = (k - 1)/(k + 1), F* = (alpha/2)(1 - 1/k),
 * g* = alpha sqrt(1 - 1/k^2), ess* = sqrt(k^2 - 1). At k = 1 it merges with the minimum.
 * Fails (UsageError) for k < 1, where there is no such orbit.
 */
export function periodTwoOrbit(alpha: number, k: number): PeriodTwoOrbit {
  if (!(k >= 1)) throw new UsageError(`k is ${k}; allowed: 1 or more, where the period-2 orbit exists`);
  const tangent = Math.sqrt((k - 1) / (k + 1));
  const { loss, egn, ess } = equilibriumFractions(k - 1);
  return {
    tangent,
    angle: Math.atan(tangent),
    loss: alpha * loss,
    egn: alpha * egn,
    ess,
    multiplier: orbitMultiplier(k),
    lyapunov: orbitLyapunovExponent(k),
  };
}
