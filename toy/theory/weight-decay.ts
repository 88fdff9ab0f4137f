/**
 * Ordinary training of the toy (theory.md, section 3.3): full space, learning rate eta, weight decay lambda, each step
 * x <- (1 - eta lambda) x - eta grad F(x). Groups do not touch each other: each has its own norm and angle.
 */
import { UsageError } from '../../src/system/usage-error.js';
import { productMinus } from './exact-product.js';
import { sumOfAlpha } from './thresholds.js';

/** p = eta lambda, the fraction of the norm that a step takes away. Fails (UsageError) unless 0 < p < 1. */
export function decayPerStep(learningRate: number, weightDecay: number): number {
  const decay = learningRate * weightDecay;
  const positive = learningRate > 0 && weightDecay > 0 && Number.isFinite(learningRate);
  if (!(positive && decay > 0 && productMinus(learningRate, weightDecay, 1) < 0))
    throw new UsageError(
      `learning rate and weight decay are ${learningRate} and ${weightDecay}; allowed: positive, their product below 1`,
    );
  return decay;
}

/** Where training with weight decay settles: a period-2 orbit at a constant norm. */
export interface WeightDecayEquilibrium {
  /** rho^2 = eta S, of each group eta alpha_i. */
  readonly squaredNorm: number;
  /** eta / rho^2 = 1 / S whatever lambda is: the convergence threshold of T3. */
  readonly elr: number;
  /** k_eff = 1 / (1 - eta lambda): the k of the orbit, since the gradient step starts from a norm that has decayed. */
  readonly k: number;
  /** F* = (S/2) eta lambda. */
  readonly loss: number;
  /** Joint EGN, g* = S sqrt(p (2 - p)). */
  readonly egn: number;
  /** elr g* = sqrt(p (2 - p)), of every group and in all. */
  readonly ess: number;
  /** Angle of a step in radians: tan = ess / (1 - p), since K1 holds for the norm after the decay. */
  readonly turn: number;
  /** w_i = alpha_i / S. */
  readonly shares: readonly number[];
}

/**
 * The equilibrium of ordinary training (T8): a fixed point of a step followed by x -> -x, neutrally stable for every eta
 * and lambda (T9), so that runs from elsewhere do not come to it but oscillate about it. Fails (UsageError) at bad alpha, and unless both are positive and
 * 0 < eta lambda < 1.
 */
export function weightDecayEquilibrium(
  alpha: readonly number[],
  learningRate: number,
  weightDecay: number,
): WeightDecayEquilibrium {
  const sum = sumOfAlpha(alpha);
  const decay = decayPerStep(learningRate, weightDecay);
  const ess = Math.sqrt(decay) * Math.sqrt(2 - decay);
  return {
    squaredNorm: learningRate * sum,
    elr: 1 / sum,
    // 1 - eta lambda is small where eta lambda is near 1; rounding the product first would lose its digits.
    k: -1 / productMinus(learningRate, weightDecay, 1),
    loss: (sum * decay) / 2,
    egn: sum * ess,
    ess,
    turn: oscillationAngle(decay) / 2,
    shares: alpha.map((value) => value / sum),
  };
}

/** Coordinates (x_i, y_i) of each group. */
export interface OrbitPoint {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * A point of the orbit of T8, where every later point has the same norms and loss: x_i = sqrt(eta alpha_i) sin theta*,
 * y_i = sqrt(eta alpha_i) cos theta*, with sin^2 theta* = eta lambda / 2. Each step changes the sign of every x_i. Fails
 * (UsageError) as `weightDecayEquilibrium`.
 */
export function weightDecayOrbit(alpha: readonly number[], learningRate: number, weightDecay: number): OrbitPoint {
  sumOfAlpha(alpha);
  const decay = decayPerStep(learningRate, weightDecay);
  const [sine, cosine] = [Math.sqrt(decay / 2), Math.sqrt(1 - decay / 2)];
  const radii = Float64Array.from(alpha, (value) => Math.sqrt(learningRate * value));
  return { x: radii.map((radius) => radius * sine), y: radii.map((radius) => radius * cosine) };
}

/** omega = 4 arcsin sqrt(p/2): cos omega = 2 (1 - p)^2 - 1 (T9) without its cancellation for small p. */
const oscillationAngle = (decay: number): number => 4 * Math.asin(Math.sqrt(decay / 2));

/** Small oscillations of loss and norm about the equilibrium of T8. */
export interface WeightDecayOscillation {
  /** omega in radians a step, between 0 and pi. */
  readonly omega: number;
  /** 2 pi / omega, steps. */
  readonly period: number;
  /** pi / sqrt(2 eta lambda), steps: above `period` by a fraction eta lambda / 12, and 11% at eta lambda = 1. */
  readonly approximatePeriod: number;
}

/**
 * The modes of each group's norm and angle: both have modulus 1 and turn by omega a step, cos omega = 2 (1 - p)^2 - 1 with
 * p = eta lambda, the same for all groups (T9). They are never damped, so an oscillation keeps its amplitude. One in which
 * rho^2 swings by a fraction a has a period longer by about a^2 / (12 p) of itself, so `period` is that of a small against
 * sqrt(12 p); and at p = 1/2, omega = 2 pi/3, resonance drives even a swing of 1% away. Fails (UsageError) unless both are
 * positive and 0 < eta lambda < 1.
 */
export function weightDecayOscillation(learningRate: number, weightDecay: number): WeightDecayOscillation {
  const decay = decayPerStep(learningRate, weightDecay);
  const omega = oscillationAngle(decay);
  return { omega, period: (2 * Math.PI) / omega, approximatePeriod: Math.PI / Math.sqrt(2 * decay) };
}
