import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';

/** A seeded source of random numbers; the same seed and stream give the same numbers everywhere. */
export interface RandomSource {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A uniform whole number from 0 to `bound` - 1. */
  below(bound: number): number;
  /** Standard normal. */
  gaussian(): number;
}

/**
 * Stream `stream` of a seed. Seed and stream are hashed into the generator's seed, so that neighbouring ones have nothing
 * in common. Mersenne twister, not xoroshiro128+: the latter's starts correlate between seeds.
 */
export function randomSource(seed: number, stream = 0): RandomSource {
  const generator = mersenne(createHash('sha256').update(`${seed}/${stream}`).digest().readInt32LE());
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
