/**
 * Batches without replacement (theory.md, T14): one mode of curvature h, the N batches of an epoch with gradients
 * h x + xi_j, sum xi_j = 0, taken in an order shuffled anew each epoch. x' = a x - elr xi with a = 1 - elr h; within an
 * epoch E[xi_i xi_j] = -sigma^2 / (N - 1), so that noise already taken pulls back what it did, and E[g_a | x] is not grad F.
 */
import { UsageError } from '../../src/system/usage-error.js';

/** 1 - a^(2N) of a = 1 - rate, accurate where |a| is near 1; 2 - rate is exact there. */
const lostInEpoch = (rate: number, batches: number): number =>
  -Math.expm1(2 * batches * Math.log1p(-Math.min(rate, 2 - rate)));

/**
 * R = elr E|g_a|^2 / (4F), exact, averaged over the epoch: 1 for N = infinity, 3 / (elr h (N + 1)) for small elr h N, since
 * then slow modes see the batches of an epoch cancel and only the excursion within it is left. With
 * A_n = sum_(i<n) a^i, Q_n the variance of sum_(i<n) a^i xi_i in units of sigma^2, V_n = a^(2n) V_0 + elr^2 Q_n and
 * V_0 = elr^2 Q_N / (1 - a^(2N)) it is elr mean(h^2 V_n + 1 + 2 elr h A_n / (N - 1)) / (2h mean V_n). Takes N operations.
 * Fails (UsageError) unless 0 < elr h < 2 and N is a whole number from 2 on.
 *
 * Example: epochNoiseShare(0.003, 125) is 8.4, epochNoiseShare(0.1, 125) is 1.2.
 */
export function epochNoiseShare(stepTimesCurvature: number, batches: number): number {
  const rate = stepTimesCurvature;
  if (!(rate > 0 && rate < 2))
    throw new UsageError(`elr h is ${rate}; allowed: between 0 and 2, where the mode is stable`);
  if (!(Number.isSafeInteger(batches) && batches >= 2))
    throw new UsageError(`an epoch has ${batches} batches; allowed: a whole number from 2 on`);
  const factor = 1 - rate;
  let [power, sum, squares, spread] = [1, 0, 0, 0];
  let [noiseSum, decaySum, pullSum] = [0, 0, 0];
  /** Q_n = (N - n) / (N - 1) sum a^(2i) + n / (N - 1) sum (a^i - mean)^2: sums of squares, in which nothing cancels. */
  const variance = (n: number): number => ((batches - n) * squares + n * spread) / (batches - 1);
  for (let n = 0; n < batches; n += 1) {
    noiseSum += variance(n);
    decaySum += power * power;
    pullSum += sum;
    const fromMean = n === 0 ? 0 : power - sum / n;
    spread += (fromMean * fromMean * n) / (n + 1);
    sum += power;
    squares += power * power;
    power *= factor;
  }
  // In units of elr^2 sigma^2.
  const start = variance(batches) / lostInEpoch(rate, batches);
  const position = (decaySum * start + noiseSum) / batches;
  const gradient = rate * rate * position + 1 + (2 * rate * pullSum) / batches / (batches - 1);
  return gradient / (2 * rate * position);
}

/** 3 / (elr h (N + 1)): the limit of `epochNoiseShare` for elr h N much below 1; 3 / (elr h N) for many batches (T14). */
export const slowEpochNoiseShare = (stepTimesCurvature: number, batches: number): number =>
  3 / (stepTimesCurvature * (batches + 1));
