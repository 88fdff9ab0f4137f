/**
 * The toy's step in coordinates (x, y) of each group, written for clarity: the second implementation that the product's
 * flat, in-place one is compared with (theory.md, sections 1 and 3).
 */

import { randomSource } from '../../../src/numerics/random.js';
import { type StepQuantities, sphereQuantities } from '../../../src/sphere/quantities.js';
import { UsageError } from '../../../src/system/usage-error.js';

/** Coordinates (x_i, y_i) of all groups; also used for gradients. Functions here never write to one they are given. */
export interface ToyState {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** rho = sqrt(sum_i (x_i^2 + y_i^2)), scaled so that squares neither overflow nor vanish. */
export function stateNorm({ x, y }: ToyState): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!), Math.abs(y[i]!));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! / largest) ** 2 + (y[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** The state scaled to norm 1. */
export function onUnitSphere(state: ToyState): ToyState {
  const norm = stateNorm(state);
  return { x: state.x.map((value) => value / norm), y: state.y.map((value) => value / norm) };
}

/**
 * Sine and cosine of theta_i = angle of (y_i, x_i). A group whose norm has vanished has no angle; it counts as resting
 * at its minimum, as it does wherever its norm still is a number.
 */
function direction(x: number, y: number): { radius: number; sine: number; cosine: number } {
  const radius = Math.hypot(x, y);
  return radius === 0 ? { radius: 1, sine: 0, cosine: 1 } : { radius, sine: x / radius, cosine: y / radius };
}

/** F = sum_i alpha_i x_i^2 / (x_i^2 + y_i^2) (section 3): between 0 and sum(alpha), unchanged by rescaling any group. */
export const toyLoss = (alpha: readonly number[], { x, y }: ToyState): number =>
  alpha.reduce((sum, value, i) => sum + value * direction(x[i]!, y[i]!).sine ** 2, 0);

/**
 * grad F in closed form: for each group 2 alpha_i (x y^2, -x^2 y) / (x^2 + y^2)^2, orthogonal to (x, y). Exactly 0
 * where x_i = 0 (the minimum) or y_i = 0 (the maximum).
 */
export function toyGradient(alpha: readonly number[], { x, y }: ToyState): ToyState {
  const gradient = { x: new Float64Array(alpha.length), y: new Float64Array(alpha.length) };
  for (let i = 0; i < alpha.length; i++) {
    const { radius, sine, cosine } = direction(x[i]!, y[i]!);
    const turn = (2 * alpha[i]! * sine * cosine) / radius;
    gradient.x[i] = turn * cosine;
    gradient.y[i] = -turn * sine;
  }
  return gradient;
}

/**
 * One step with fixed ELR on the joint sphere: x <- normalise(x - elr rho^2 grad F(x)) (section 1). The result has norm
 * 1. A group with zero gradient keeps its angle. Not finite where elr * grad F overflows.
 */
export function toyStep(
  alpha: readonly number[],
  elr: number,
  state: ToyState,
  gradient: ToyState = toyGradient(alpha, state),
): ToyState {
  const rate = elr * stateNorm(state) ** 2;
  return onUnitSphere({
    x: state.x.map((value, i) => value - rate * gradient.x[i]!),
    y: state.y.map((value, i) => value - rate * gradient.y[i]!),
  });
}

/** What is recorded before an update (section 1), without the angle of the step. Groups are named 1, 2, 3 ... */
export function toyQuantities(
  alpha: readonly number[],
  elr: number,
  state: ToyState,
  step: number,
  gradient: ToyState = toyGradient(alpha, state),
): StepQuantities {
  const groups = alpha.map((_, i) => ({
    name: String(i + 1),
    squaredNorm: state.x[i]! ** 2 + state.y[i]! ** 2,
    squaredGradient: gradient.x[i]! ** 2 + gradient.y[i]! ** 2,
  }));
  const rate = elr * stateNorm(state) ** 2;
  return { step, loss: toyLoss(alpha, state), ...sphereQuantities(groups, rate) };
}

/**
 * Angle in radians between two states of norm 1: 2 atan2(|a - b|, |a + b|), accurate to rounding for every angle, where
 * the arc cosine loses half the digits of small ones.
 */
export function angleBetween(a: ToyState, b: ToyState): number {
  const combine = (sign: number): ToyState => ({
    x: a.x.map((value, i) => value + sign * b.x[i]!),
    y: a.y.map((value, i) => value + sign * b.y[i]!),
  });
  return 2 * Math.atan2(stateNorm(combine(-1)), stateNorm(combine(1)));
}

/** A point uniform on the unit sphere of `groups` groups. */
export function randomState(groups: number, seed: number): ToyState {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new UsageError(`the seed is ${seed}; allowed: a whole number from 0 on`);
  const random = randomSource(seed);
  const state = { x: new Float64Array(groups), y: new Float64Array(groups) };
  for (let i = 0; i < groups; i++) {
    state.x[i] = random.gaussian();
    state.y[i] = random.gaussian();
  }
  return onUnitSphere(state);
}
