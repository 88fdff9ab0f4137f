import { expect, it } from 'vitest';
import { mean, standardError } from '../../../src/numerics/means.js';
import { randomSource } from '../../../src/numerics/random.js';
import { walkCosine, walkLogCosines } from '../../../src/sphere/random-walk.js';

/** A unit vector that is orthogonal to x, in a random direction. */
function tangent(x: readonly number[], gaussian: () => number): number[] {
  const raw = x.map(() => gaussian());
  const along = raw.reduce((sum, value, i) => sum + value * x[i]!, 0);
  const free = raw.map((value, i) => value - along * x[i]!);
  const norm = Math.hypot(...free);
  return free.map((value) => value / norm);
}

const cosineOf = (steps: readonly number[], from: number, to: number): number =>
  walkCosine(walkLogCosines(steps, [from, to]), 0, 1);

it.each([
  [3, 2],
  [3, 0.3],
  [10, 0.7],
  [50, 0.2],
])('is the mean cosine of random walks in %i dimensions, of steps of about %d that differ', (dimensions, size) => {
  const random = randomSource(dimensions);
  // Sizes that depend on where the walk is: only the directions have to be random.
  const ratios = Array.from({ length: 4000 }, () => {
    let x = Array.from({ length: dimensions }, (_, i) => Number(i === 0));
    const [start, steps] = [x, [] as number[]];
    for (let t = 0; t < 4; t += 1) {
      const ess = size * (1 + x[0]! ** 2);
      const direction = tangent(x, () => random.gaussian());
      const norm = Math.sqrt(1 + ess * ess);
      x = x.map((value, i) => (value + ess * direction[i]!) / norm);
      steps.push(ess);
    }
    const cosine = x.reduce((sum, value, i) => sum + value * start[i]!, 0);
    // The exact statement: over the product along its own way, the cosine has mean 1.
    return cosine / cosineOf(steps, 0, steps.length);
  });
  expect(Math.abs(mean(ratios) - 1)).toBeLessThan(4 * standardError(ratios));
});

it('is that of right angles in pairs, 1 without a step, and 0 after an infinite one', () => {
  expect(cosineOf([1, 1, 1, 1], 1, 3)).toBeCloseTo(0.5, 15);
  expect(walkCosine([-1, -1], 1, 1)).toBe(1);
  expect(cosineOf([0, Number.POSITIVE_INFINITY], 0, 2)).toBe(0);
  expect(cosineOf([0.1, Number.NaN], 0, 2)).toBeNaN();
});

it('is known between kept points from one way through the steps, no farther than the last', () => {
  const steps = function* () {
    for (let i = 0; ; i += 1) {
      if (i === 9) throw new Error('more steps than are needed');
      yield 0.1 * (i + 1);
    }
  };
  const kept = [2, 3, 6, 9];
  const logarithms = walkLogCosines(steps(), kept);
  const product = (from: number, to: number): number => {
    let cosine = 1;
    for (let i = from; i < to; i += 1) cosine /= Math.hypot(1, 0.1 * (i + 1));
    return cosine;
  };
  // Seven factors at most: a rounding error each.
  for (const [a, b] of [
    [0, 1],
    [1, 2],
    [0, 3],
    [2, 3],
  ] as const)
    expect(walkCosine(logarithms, a, b)).toBeCloseTo(product(kept[a]!, kept[b]!), 14);
  expect(walkLogCosines(steps(), [4])).toEqual([]);
  // Points that were kept after the last step that is known are left out.
  expect(walkLogCosines([0.1, 0.1], [0, 1, 9])).toHaveLength(1);
});
