/** What to call a run of the toy that noise holds at a level below the threshold (theory.md, T11). */
import { projectionOf, type ToyMotion } from './closed-form.js';
import { sumOfAlpha } from './thresholds.js';

/** What a run is called that additive noise holds at a level below the threshold. */
export const NOISY_CONVERGENCE = 'convergence onto a noise floor';

/**
 * Whether a motion converges onto a floor: additive noise on the joint sphere below the mean-square threshold, k E[s^2] < 1. Its minimum
 * attracts, and without the noise it would converge; the level at which it stays is made by the noise alone. No momentum or weight
 * decay. For samples that a step sees all at once there is no noise.
 */
export function hasNoiseFloor(motion: ToyMotion): boolean {
  const { alpha, elr, learningRate, weightDecay = 0, momentum = 0, noise = 0, batches } = motion;
  const secondMoment = (motion.secondMoment ?? 1) / (motion.probability ?? 1);
  const isRandom = !(batches?.sampling === 'without' && batches.samples === batches.batchSize);
  const isPlain = momentum === 0 && weightDecay === 0 && projectionOf(motion) === 'joint';
  const k = (elr ?? learningRate ?? Number.NaN) * sumOfAlpha(alpha);
  return isPlain && isRandom && noise > 0 && k * secondMoment < 1;
}

/**
 * A regime in words. The classifier sees the loss alone, so that a level is chaotic equilibrium to it, and the closed form T11 counts as
 * convergence: both are convergence onto a noise floor where the motion has one. Other regimes are what they are.
 */
export function regimeWords<Name extends string | null>(
  regime: Name,
  motion: ToyMotion,
): Name | typeof NOISY_CONVERGENCE {
  const isLevel = regime === 'convergence' || regime === 'chaotic equilibrium';
  return isLevel && hasNoiseFloor(motion) ? NOISY_CONVERGENCE : regime;
}
