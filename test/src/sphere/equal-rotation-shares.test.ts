import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean } from '../../../src/numerics/means.js';
import { randomSource } from '../../../src/numerics/random.js';
import { equalRotationShares } from '../../../src/sphere/equal-rotation-shares.js';
import { equilibriumShares } from '../../../src/sphere/quantities.js';

const turning = (products: readonly number[], share: number): number =>
  mean(products.map((product) => Math.log1p((product / share) ** 2)));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const rootMeanSquare = (values: readonly number[]): number => Math.sqrt(mean(values.map((value) => value ** 2)));

function expectClose(found: readonly number[], expected: readonly number[], relative: number): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of found.entries()) expect(Math.abs(value / expected[i]! - 1)).toBeLessThan(relative);
}

/** Sum 1 and equal turning, to the rounding of sums. */
function expectEquation(products: readonly (readonly number[])[]): void {
  const shares = equalRotationShares(products);
  expect(Math.abs(sum(shares) - 1)).toBeLessThan(1e-11);
  const turnings = shares.map((share, i) => turning(products[i]!, share));
  expectClose(
    turnings,
    turnings.map(() => turnings[0]!),
    1e-11,
  );
}

/** By bisection alone: the first share at which both turn alike. */
function bisected([first, second]: readonly [readonly number[], readonly number[]]): number[] {
  let [low, high] = [0, 1];
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (turning(first, middle) > turning(second, 1 - middle)) low = middle;
    else high = middle;
  }
  return [low, 1 - low];
}

/** Log-normal steps about a size of each group's own, some of them without a gradient. */
function heavySteps(seed: number, size: number, spread: number): number[][] {
  const random = randomSource(seed, 5);
  return Array.from({ length: 1 + random.below(6) }, () => {
    const own = size * Math.exp(random.gaussian());
    const width = spread * random.uniform();
    const zeros = 0.3 * random.uniform();
    const later = Array.from({ length: 20 + random.below(100) }, () =>
      random.uniform() < zeros ? 0 : own * Math.exp(width * random.gaussian()),
    );
    return [own, ...later];
  });
}

const logSize = fc.double({ min: Math.log(1e-6), max: Math.log(1e6), noNaN: true });

describe('shares at which all groups turn alike', () => {
  it('are g_i / sum g_j of constant gradients, at any ELR', () => {
    fc.assert(
      fc.property(fc.array(logSize, { minLength: 1, maxLength: 8 }), logSize, (logs, log) => {
        const gradients = logs.map(Math.exp);
        const products = gradients.map((g) => Array.from({ length: 5 }, () => (Math.exp(log) * g) / sum(gradients)));
        expectClose(equalRotationShares(products), equilibriumShares(gradients), 1e-11);
      }),
    );
  });

  it('are 1 of one group, whatever its steps', () => {
    for (const products of [[2], [1e-6, 1e6], [0, 3]]) expectClose(equalRotationShares([products]), [1], 1e-11);
  });

  it.each([1e-2, 1e-3])('are those of root mean squares for steps of %d, to the square of the largest', (size) => {
    const products = [
      [size, 0, 2 * size, 0],
      [size, size, size, size],
    ];
    const ofSquares = equilibriumShares(products.map(rootMeanSquare));
    const found = equalRotationShares(products);
    // The largest of them turns by ess = 2 size / w_1, w_1 > 1/2, so 4 size; log(1 + x) = x (1 - x/2 + ...).
    expectClose(found, ofSquares, (4 * size) ** 2);
    // And not those of means, 3/7 where squares have 0.53.
    expect(found[0]! - equilibriumShares(products.map(mean))[0]!).toBeGreaterThan(0.09);
  });

  it.each([1e-3, 0.1, 1, 30])('agree with bisection for two values, steps of %d', (size) => {
    const rare = Array.from({ length: 50 }, (_, i) => size * (i === 0 ? 40 : 0.5));
    const products = [rare, rare.map(() => size)] as const;
    const found = equalRotationShares(products);
    expectClose(found, bisected(products), 1e-9);
    // Far from the two shares that are right for other distributions.
    for (const other of [mean, rootMeanSquare])
      if (size > 0.01)
        expect(Math.abs(found[0]! / equilibriumShares(products.map(other))[0]! - 1)).toBeGreaterThan(0.1);
  });

  it('solve the equation for heavy tails, from steps of 1e-6 to 1e6', () => {
    fc.assert(
      fc.property(fc.nat(1e6), logSize, fc.double({ min: 0, max: 4, noNaN: true }), (seed, log, spread) =>
        expectEquation(heavySteps(seed, Math.exp(log), spread)),
      ),
      { numRuns: 300 },
    );
  });

  it('do not depend on the order of groups or of steps', () => {
    const products = [
      [1, 2, 9],
      [0.3, 0.3, 0.4],
      [0, 0, 5],
    ];
    const found = equalRotationShares(products);
    expectClose(
      equalRotationShares(products.map((values) => values.toReversed()).toReversed()),
      found.toReversed(),
      1e-12,
    );
  });

  it('count steps without a gradient', () => {
    // log(1 + x^2) / 2 = log(1 + 1): the group that rests every other step turns alike with x = sqrt 3 in the others.
    const found = equalRotationShares([
      [Math.sqrt(3) / 2, 0],
      [0.5, 0.5],
    ]);
    expectClose(found, [0.5, 0.5], 1e-12);
  });
});

describe('what has no such shares is NaN', () => {
  it.each<[string, number[][]]>([
    [
      'a group without any gradient',
      [
        [0, 0],
        [1, 1],
      ],
    ],
    [
      'a NaN',
      [
        [1, Number.NaN],
        [1, 1],
      ],
    ],
    [
      'an infinite step',
      [
        [1, 1],
        [1, Number.POSITIVE_INFINITY],
      ],
    ],
    [
      'a negative one',
      [
        [1, -1],
        [1, 1],
      ],
    ],
    ['no step', [[], []]],
    ['steps whose squares underflow', [[1e-150], [3e-150]]],
    [
      'steps whose sum overflows',
      [
        [1e308, 1e308],
        [1, 1],
      ],
    ],
  ])('%s', (_, products) => {
    expect(equalRotationShares(products)).toEqual([Number.NaN, Number.NaN]);
  });

  it('of groups of which one is in memory at a time are those of all at once', () => {
    const random = randomSource(5);
    const products = [0, 1, 2].map(() => Float64Array.from({ length: 40 }, () => random.uniform()));
    const place = new Float64Array(40);
    function* oneByOne(): Generator<Float64Array> {
      for (const values of products) {
        place.set(values);
        yield place;
        place.fill(Number.NaN);
      }
    }
    expect(equalRotationShares(oneByOne())).toEqual(equalRotationShares(products));
  });

  it('and of no group there is none', () => {
    expect(equalRotationShares([])).toEqual([]);
  });
});

describe('extreme ranges', () => {
  /** One step of so many is `big`. */
  const rare = (big: number, small: number): number[] =>
    Array.from({ length: 1000 }, (_, i) => (i === 0 ? big : small));

  it.each([1e-100, 1e-6])('solve the equation where one step in a thousand outweighs all, steps of %d', (size) => {
    expectEquation([rare(1e10 * size, 1e-10 * size), rare(size, size), rare(size, 0)]);
  });

  it('leave nothing to a group that moves once in a thousand steps among large ones', () => {
    // To turn as much as the others it would need a share of exp(-1000 log(1 + 1e12) / 2): 0 in floating point.
    const shares = equalRotationShares([rare(1e6, 1e6), rare(1e6, 0)]);
    expect(Math.abs(shares[0]! - 1)).toBeLessThan(1e-11);
    expect(shares[1]).toBe(0);
  });

  it('end', () => {
    const sizes = [5e-324, 1e-140, 1, 1e140, 1e300];
    for (const a of sizes)
      for (const b of sizes) {
        const shares = equalRotationShares([
          [a, b],
          [b, b],
          [0, a],
        ]);
        const inRange = Math.min(a, b) >= 1e-140 && Math.max(a, b) <= 1e140;
        // All is said, or nothing.
        if (inRange || !shares.every(Number.isNaN)) expect(Math.abs(sum(shares) - 1)).toBeLessThan(1e-9);
      }
  });
});
