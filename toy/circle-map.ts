/** One group of the toy model: a map of the circle, solved in closed form (theory.md, section 3.1). */
import { UsageError } from '../src/usage-error.js';
import { equilibriumEgnFraction, equilibriumLossFraction, equilibriumStepSize } from './theory.js';

/**
 * One step of r = tan theta = x / y: r' = r (r^2 + 1 - 2k) / (1 + (1 + 2k) r^2) (section 3.1). r may be infinite
 * (theta = pi/2, the maximum, which is a fixed point).
 */
export function circleMap(r: number, k: number): number {
  if (Math.abs(r) <= 1) return (r * (r * r + 1 - 2 * k)) / (1 + (1 + 2 * k) * r * r);
  const inverse = 1 / r;
  const square = inverse * inverse;
  return (r * (1 + (1 - 2 * k) * square)) / (square + 1 + 2 * k);
}

/**
 * |1 - 2k|: the factor by which r = tan theta shrinks a step near the minimum (T1). Below 1 exactly for 0 < k < 1; 0 at
 * k = 1/2, where convergence is cubic; 1 at k = 1, where it is sublinear, r ~ (8t)^(-1/2).
 */
export const convergenceFactor = (k: number): number => Math.abs(1 - 2 * k);

/** 2/k^2 - 1: the multiplier of one step followed by the reflection theta -> -theta, on the period-2 orbit (T2). */
export const orbitMultiplier = (k: number): number => 1 - 2 * ((k - 1) / k) * ((k + 1) / k);

/**
 * log|2/k^2 - 1|, nats per step: the Lyapunov exponent of the period-2 orbit (T2). 0 at k = 1 and towards infinity,
 * negative in between; minus infinity at k = sqrt 2, of which floating point reaches about -36.
 */
export function orbitLyapunovExponent(k: number): number {
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
  return {
    tangent,
    angle: Math.atan(tangent),
    loss: alpha * equilibriumLossFraction(k),
    egn: alpha * equilibriumEgnFraction(k),
    ess: equilibriumStepSize(k),
    multiplier: orbitMultiplier(k),
    lyapunov: orbitLyapunovExponent(k),
  };
}
