import { NOISE_LIMITED } from '../sphere/noise-floor.js';
import type { MeasuredRun } from './analyse.js';

/** How far an exponent may be from 1 where it is known better than that. */
export const EXPONENT_TOLERANCE = 0.1;
const BEYOND_CHANCE = 2;

/** Whether g^2 ~ L^q has q = 1, within twice its error or a tenth: then noise goes in proportion to the loss (T10). */
export const isProportional = ({ value, error }: { readonly value: number; readonly error: number }): boolean =>
  Math.abs(value - 1) <= Math.max(EXPONENT_TOLERANCE, BEYOND_CHANCE * error);

/**
 * k of a run, 1 at the mean-square threshold, as far as its noise share R determines it (T14): k = R where a run converges,
 * noise limits it, and its gradients fall in proportion to its loss (T10). undefined of all others: R of slow modes without noise is far below
 * k, R of a floor of noise is about 1 at every k (T11), and R in divergence has no finite mean (T6).
 */
export function ratioFromNoise({ regime, noiseShare, gradientFall }: MeasuredRun): number | undefined {
  if (regime !== 'convergence' || gradientFall === null || !isProportional(gradientFall)) return undefined;
  return noiseShare.value >= NOISE_LIMITED && noiseShare.value < 1 ? noiseShare.value : undefined;
}
