import { type RandomSource, randomSource } from '../../../../src/numerics/random.js';

/** Factor by which AR(1) forgets in a step so that its autocorrelation time (1 + phi) / (1 - phi) is `time`. */
const factorOf = (time: number): number => (time - 1) / (time + 1);

/** A stationary series of mean 0 and variance 1 whose autocorrelation time is known. */
export function correlatedSeries(points: number, time: number, random: RandomSource): number[] {
  const factor = factorOf(time);
  let value = random.gaussian();
  return Array.from({ length: points }, () => {
    const now = value;
    value = factor * value + Math.sqrt(1 - factor * factor) * random.gaussian();
    return now;
  });
}

/** Several of them, by seed. */
export const manySeries = (count: number, points: number, time: number): number[][] =>
  Array.from({ length: count }, (_, seed) => correlatedSeries(points, time, randomSource(seed, points + 7 * time)));

/** Standard deviation of a share of `count` trials that each succeed with probability `share`. */
export const binomialError = (share: number, count: number): number => Math.sqrt((share * (1 - share)) / count);
