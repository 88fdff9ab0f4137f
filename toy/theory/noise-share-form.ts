/** The one rule that says which closed form of R a motion of the toy has, and under which condition (theory.md, T14). */
import { projectionOf, type ToyMotion } from './closed-form.js';
import { frozenEquilibrium } from './frozen-shares.js';
import { singleRunThresholdRatio } from './multiplicative-noise.js';
import { isWeakPhaseNoise, multiplicativeNoiseShare, phaseNoiseShare, settledNoiseShare } from './noise-share.js';
import { epochNoiseShare } from './replacement.js';
import { thresholdRatio } from './thresholds.js';

/** R where a motion settles, and when that holds, as a clause. */
export interface NoiseShareForm {
  readonly value: number;
  readonly condition: string;
}

/** k up to which averages of chaotic motion of several groups follow the orbit of T4. */
const ORBIT_UP_TO = 2;

const EVEN_SHARES = 'near the minimum, with norm shares alpha_i / S';

/** The k_i of the group whose loss falls slowest, which carries the loss in the end: that of the largest |1 - 2 k_i|. */
const slowest = (ratios: readonly number[]): number =>
  ratios.reduce((slow, k) => (Math.abs(1 - 2 * k) > Math.abs(1 - 2 * slow) ? k : slow));

/** No noise on the joint sphere: k or (k + 1) / 2; the shares of a converging run say more than alpha_i / S. */
function plainForm({ alpha }: ToyMotion, elr: number, shares: readonly number[] | undefined) {
  const k = thresholdRatio(alpha, elr);
  if (k > 1) {
    if (alpha.length > 1 && k > ORBIT_UP_TO) return undefined;
    const condition =
      alpha.length === 1 ? 'on the orbit of T4' : `on the orbit of T4, which averages follow up to k = ${ORBIT_UP_TO}`;
    return { value: settledNoiseShare(alpha, elr), condition };
  }
  if (alpha.length === 1 || shares === undefined)
    return { value: k, condition: alpha.length === 1 ? 'near the minimum' : EVEN_SHARES };
  const value = slowest(alpha.map((each, i) => (elr * each) / shares[i]!));
  return {
    value,
    condition: 'near the minimum at the norm shares of the run, where the slowest group carries the loss',
  };
}

/** Each group on a circle of its own (T7): of those in equilibrium the mean of (k_i + 1) / 2 by their losses; else the slowest. */
function frozenShareForm({ alpha, tolerance }: ToyMotion, elr: number, shares: readonly number[]): NoiseShareForm {
  const { groups, loss } = frozenEquilibrium(alpha, shares, elr, tolerance);
  if (loss === 0)
    return {
      value: slowest(groups.map(({ k }) => k)),
      condition: 'near the minimum, where the slowest group carries the loss',
    };
  const value = groups.reduce((sum, group) => sum + (group.loss * (group.k + 1)) / 2, 0) / loss;
  return { value, condition: 'on the orbits of T7' };
}

/** T10 without additive noise: k E[s^2], up to where single runs stop converging. */
function multiplicativeForm(motion: ToyMotion, elr: number, secondMoment: number): NoiseShareForm | undefined {
  const { alpha, noiseLaw = 'bernoulli' } = motion;
  if (!(thresholdRatio(alpha, elr) < singleRunThresholdRatio(noiseLaw, secondMoment))) return undefined;
  const value = multiplicativeNoiseShare(alpha, elr, secondMoment);
  return { value, condition: `${EVEN_SHARES}, as the mean of the ratio of every step (T10)` };
}

/** On a floor of additive noise: 1, one group to the next order (T11); batches without replacement pull back what others did. */
function floorForm(motion: ToyMotion, elr: number, secondMoment: number): NoiseShareForm | undefined {
  const { alpha, noise = 0, batches } = motion;
  const k = thresholdRatio(alpha, elr);
  if (!(k * secondMoment < 1)) return undefined;
  const isPlain = secondMoment === 1 && batches === undefined;
  if (isPlain && !isWeakPhaseNoise(alpha, elr, noise)) return undefined;
  if (isPlain && alpha.length === 1)
    return {
      value: phaseNoiseShare(alpha[0]!, elr, noise),
      condition: 'on the floor of the noise, up to sigma^4 (T11)',
    };
  const condition = 'on the floor of the noise, to leading order';
  if (batches?.sampling !== 'without') return { value: 1, condition };
  const perEpoch = batches.samples / batches.batchSize;
  if (!Number.isInteger(perEpoch) || secondMoment !== 1) return undefined;
  return { value: epochNoiseShare(2 * k, perEpoch), condition: `${condition}, in epochs of ${perEpoch} batches` };
}

/** Whether steps see all samples, so that nothing is random. */
const seesAll = ({ batches }: ToyMotion): boolean =>
  batches?.sampling === 'without' && batches.samples === batches.batchSize;

/**
 * R = elr E|g_a|^2 / (4F) of a motion where it settles, with the condition under which it holds; undefined where there is no closed form:
 * with momentum, with additive noise from k E[s^2] = 1 on or too strong for T11, in chaotic motion of several groups beyond k = 2, and for factors of a finite
 * set of samples, whose mean square is that of the set drawn. `shares` are norm shares that a converging run has. Fails (UsageError) as
 * `toyClosedForm`.
 */
export function noiseShareForm(motion: ToyMotion, shares?: readonly number[]): NoiseShareForm | undefined {
  const { alpha, elr, learningRate, weightDecay = 0, momentum = 0, noise = 0, probability = 1 } = motion;
  const secondMoment = (motion.secondMoment ?? 1) / probability;
  const isRandom = !seesAll(motion);
  const [hasNoise, hasFactors] = [isRandom && noise > 0, isRandom && secondMoment !== 1];
  if (momentum > 0 || Number.isNaN(secondMoment)) return undefined;
  const projection = projectionOf(motion);
  if (projection === 'none') return freeForm(motion, hasNoise || hasFactors);
  const rate = elr ?? learningRate ?? Number.NaN;
  if (weightDecay > 0) return undefined;
  if (projection === 'group')
    return hasNoise || hasFactors || motion.shares === undefined
      ? undefined
      : frozenShareForm(motion, rate, motion.shares);
  if (hasNoise) return floorForm(motion, rate, secondMoment);
  if (!hasFactors) return plainForm({ alpha }, rate, shares);
  return motion.batches === undefined ? multiplicativeForm(motion, rate, secondMoment) : undefined;
}

/** In full space: 1 - p / 2 with weight decay (T8). */
function freeForm({ learningRate = 0, weightDecay = 0 }: ToyMotion, isNoisy: boolean): NoiseShareForm | undefined {
  const p = learningRate * weightDecay;
  if (isNoisy || !(p > 0 && p < 1)) return undefined;
  return { value: 1 - p / 2, condition: 'while the ELR swings by a third at most (T8)' };
}
