/** Loss and gradients of the toy at points of the sphere, given by their angles or random (theory.md, section 3). */
import { sumOfAlpha } from './thresholds.js';

/** F = sum_i alpha_i sin^2 theta_i, with theta_i (radians) the angle of (y_i, x_i) (section 3). */
export const lossAtAngles = (alpha: readonly number[], angles: readonly number[]): number =>
  alpha.reduce((sum, value, i) => sum + value * Math.sin(angles[i]!) ** 2, 0);

/** g_i = alpha_i |sin 2 theta_i|, the EGN of each group (section 3). */
export const groupEgnsAtAngles = (alpha: readonly number[], angles: readonly number[]): number[] =>
  alpha.map((value, i) => value * Math.abs(Math.sin(2 * angles[i]!)));

/** S / 2, the mean loss of random points on the sphere (section 3). */
export const randomLoss = (alpha: readonly number[]): number => sumOfAlpha(alpha) / 2;
