import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of random numbers; the same seed and stream give the same numbers everywhere. */
export interface RandomSource {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A uniform whole number from 0 to `bound` - 1. */
  below(bound: number): number;
  /** Standard normal. */
  gaussian(): number;
}

const WARM_UP = 64;

/** Stream `stream` of a seed: far from every other stream of it, so that uses do not disturb one another. */
export function randomSource(seed: number, stream = 0): RandomSource {
  const generator = xoroshiro128plus(seed);
  // The first outputs are plain functions of the seed: neighbouring seeds would start alike.
  for (let i = 0; i < WARM_UP; i += 1) generator.next();
  for (let i = 0; i < stream; i += 1) generator.jump();
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    below: (bound) => uniformInt(generator, 0, bound - 1),
    // Box-Muller; 1 - u is never 0, so the logarithm is finite.
    gaussian: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** The numbers 0 .. count - 1 in random order (Fisher-Yates). */
export function shuffledIndices(count: number, random: RandomSource): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last -= 1) {
    const chosen = random.below(last + 1);
    [order[last], order[chosen]] = [order[chosen]!, order[last]!];
  }
  return order;
}
