/** Stability of the n-group equilibrium in closed form (theory.md, T5). */
import { UsageError } from '../../src/system/usage-error.js';
import { orbitMultiplier } from './circle-map.js';
import { equilibriumStepSize } from './equilibrium.js';

/** Multipliers of one step followed by the reflection that undoes it (x_i -> -x_i), at the equilibrium. */
export interface EquilibriumModes {
  /** All groups moving alike: 2/k^2 - 1. */
  readonly common: number;
  /** omega in radians a step: each relative mode turns by exp(+-i omega), cos omega = 2/k^2 - 1. */
  readonly omega: number;
  /** The n - 1 relative modes, each a complex pair of modulus 1; the entry is the member with positive imaginary part. */
  readonly relative: readonly { readonly re: number; readonly im: number }[];
  /** Steps after which a relative mode returns, 2 pi / omega; infinite at k = 1. */
  readonly period: number;
}

/**
 * omega = 2 arctan sqrt(k^2 - 1), which is cos omega = 2/k^2 - 1 without its cancellation near k = 1 (T5). It is twice
 * the angle arctan ess* of a step.
 */
export const relativeModeAngle = (k: number): number => 2 * Math.atan(equilibriumStepSize(k));

/**
 * Modes of the equilibrium of `groups` groups at k >= 1 (T5). A relative mode is exactly neutral for every k, so
 * linear theory cannot say whether a run stays near: resonances (omega = 2 pi/3 at k = 2, pi/2 at k = sqrt 2) break it.
 * Fails (UsageError) for k < 1 or fewer than one group.
 */
export function equilibriumModes(k: number, groups: number): EquilibriumModes {
  if (!(k >= 1)) throw new UsageError(`k is ${k}; allowed: 1 or more, where the equilibrium exists`);
  if (!Number.isSafeInteger(groups) || groups < 1)
    throw new UsageError(`the number of groups is ${groups}; allowed: a whole number from 1 on`);
  const omega = relativeModeAngle(k);
  // cos omega and sin omega, without what they cancel near sqrt 2 and for large k.
  const mode = { re: orbitMultiplier(k), im: (2 * equilibriumStepSize(k)) / k / k };
  return {
    common: orbitMultiplier(k),
    omega,
    relative: Array.from({ length: groups - 1 }, () => mode),
    period: (2 * Math.PI) / omega,
  };
}
