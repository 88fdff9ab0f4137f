import { randomSource } from '../../../src/numerics/random.js';

/** Numbers drawn at random from a seed, the same in every run of a test. */
export function drawsFrom(seed: number) {
  const random = randomSource(seed);
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const logUniform = (low: number, high: number): number => low * (high / low) ** random.uniform();
  return { random, between, logUniform };
}

export const relativeError = (value: number, truth: number): number => Math.abs(value / truth - 1);
