import { expect, it } from 'vitest';
import { mean, standardError } from '../../../src/numerics/means.js';
import { randomSource } from '../../../src/numerics/random.js';
import { walkCosine } from '../../../src/sphere/random-walk.js';

/** A unit vector that is orthogonal to x, in a random direction. */
function tangent(x: readonly number[], gaussian: () => number): number[] {
  const raw = x.map(() => gaussian());
  const along = raw.reduce((sum, value, i) => sum + value * x[i]!, 0);
  const free = raw.map((value, i) => value - along * x[i]!);
  const norm = Math.hypot(...free);
  return free.map((value) => value / norm);
}

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
    return cosine / walkCosine(steps, 0, steps.length);
  });
  expect(Math.abs(mean(ratios) - 1)).toBeLessThan(4 * standardError(ratios));
});

it('is that of right angles in pairs, 1 without a step, and 0 after an infinite one', () => {
  expect(walkCosine([1, 1, 1, 1], 1, 3)).toBeCloseTo(0.5, 15);
  expect(walkCosine([1, 1], 1, 1)).toBe(1);
  expect(walkCosine([0, Number.POSITIVE_INFINITY], 0, 2)).toBe(0);
  expect(walkCosine([0.1, Number.NaN], 0, 2)).toBeNaN();
});
