import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { breakEvenElr, breakEvenElrAtLoss, type GroupPoint, lossChange } from '../../../toy/theory/break-even.js';
import { equilibrium } from '../../../toy/theory/equilibrium.js';
import { noiseThreshold } from '../../../toy/theory/noise.js';
import { lossAtAngles } from '../../../toy/theory/points.js';
import { convergenceThreshold } from '../../../toy/theory/thresholds.js';
import { relativeError } from './numbers.js';
import { randomState, type ToyState, toyGradient, toyLoss, toyStep } from './reference.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const alphas = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 });
/** k - 1 from 1e-9 to 1e6, evenly in its logarithm. */
const excesses = fc.double({ min: -9, max: 6, noNaN: true }).map((exponent) => 10 ** exponent);
const seeds = fc.integer({ min: 0, max: 1e6 });

const evenShares = (alpha: readonly number[]): number[] => alpha.map((value) => value / sum(alpha));

const pointOf = ({ x, y }: ToyState): GroupPoint => ({
  angles: Array.from(x, (value, i) => Math.atan2(value, y[i]!)),
  shares: Array.from(x, (value, i) => value ** 2 + y[i]! ** 2),
});

/** x - t grad F, not projected: F does not see the norm. */
const moved = (state: ToyState, gradient: ToyState, t: number): ToyState => ({
  x: state.x.map((value, i) => value - t * gradient.x[i]!),
  y: state.y.map((value, i) => value - t * gradient.y[i]!),
});

/**
 * Slope and curvature of the loss along minus the gradient in Cartesian coordinates, by five-point differences, and what both may
 * be off by: steps turn the fastest group by 2e-3, so that the fourth power is 1.6e-11 times what derivatives grow by (2^4 each
 * order), and rounding, 2e-16 S / h^2, stays below 1e-9 of the curvature of that group.
 */
function alongGradient(alpha: readonly number[], state: ToyState) {
  const gradient = toyGradient(alpha, state);
  const squares = Array.from(gradient.x, (value, i) => value ** 2 + gradient.y[i]! ** 2);
  const { shares } = pointOf(state);
  const h = 2e-3 / Math.max(...squares.map((square, i) => Math.sqrt(square / shares[i]!)));
  const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map((n) => toyLoss(alpha, moved(state, gradient, n * h))) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    slope: (e - 8 * d + 8 * b - a) / (12 * h),
    curvature: (-e + 16 * d - 30 * c + 16 * b - a) / (12 * h * h),
    scale: sum(squares.map((square, i) => (square * 2 * alpha[i]!) / shares[i]!)),
    rounding: sum(alpha) / (h * h),
  };
}

describe('the balance ELR of the toy (T13)', () => {
  /** tan^2 theta* = (k - 1) / (k + 1) (T2). The cosine of 2 theta has a few roundings of 1, so 1/k of it k times as many. */
  it('is the ELR itself at the equilibrium of T4', () => {
    fc.assert(
      fc.property(alphas, excesses, seeds, (alpha, excess, seed) => {
        const k = 1 + excess;
        const random = randomSource(seed);
        const theta = Math.atan(Math.sqrt(excess / (2 + excess)));
        const angles = alpha.map(() => (random.below(2) ? theta : -theta) + Math.PI * random.below(2));
        const found = breakEvenElr(alpha, { angles, shares: evenShares(alpha) });
        expect(relativeError(found, k / sum(alpha))).toBeLessThan(2e-15 * (k + 2));
      }),
    );
  });

  it('is what slope and curvature along the gradient say at any point', () => {
    fc.assert(
      fc.property(alphas, seeds, (alpha, seed) => {
        const state = randomState(alpha.length, seed);
        const { slope, curvature, scale, rounding } = alongGradient(alpha, state);
        const inverse = 1 / breakEvenElr(alpha, pointOf(state));
        const allowed = (1e-8 * scale + 2e-15 * rounding) / (2 * slope);
        expect(Math.abs(inverse - curvature / (2 * slope))).toBeLessThan(allowed);
      }),
    );
  });

  it('of noise is that of the mean loss over steps, at any point', () => {
    // s = 0.25 or 2 with probabilities 4/7 and 3/7: mean 1, mean square 4/7 / 16 + 3/7 * 4 = 1.75.
    const [alpha, state] = [[1, 2, 4], randomState(3, 5)];
    const gradient = toyGradient(alpha, state);
    const change = (t: number): number => {
      const loss = (s: number) => toyLoss(alpha, moved(state, gradient, s * t));
      return (4 * loss(0.25) + 3 * loss(2)) / 7 - toyLoss(alpha, state);
    };
    // The parts that are odd and even in t: -slope t and curvature t^2 / 2 to 1e-6 of themselves.
    const t = 1e-4;
    const slope = -(change(t) - change(-t)) / (2 * t);
    const curvature = (change(t) + change(-t)) / (t * t);
    const found = breakEvenElr(alpha, pointOf(state), { secondMoment: 1.75 });
    expect(relativeError(found, (2 * slope) / curvature)).toBeLessThan(1e-5);
  });

  it('tends to the threshold at the minima: T3, with noise T10', () => {
    const alpha = [1, 2, 4];
    // cos 2 theta = 1 - 2e-12.
    const near = { angles: [1e-6, -1e-6, Math.PI + 1e-6], shares: evenShares(alpha) };
    expect(relativeError(breakEvenElr(alpha, near), convergenceThreshold(alpha))).toBeLessThan(1e-11);
    const withNoise = breakEvenElr(alpha, near, { secondMoment: 1.75 });
    expect(relativeError(withNoise, noiseThreshold(alpha, 1.75))).toBeLessThan(1e-11);
    // At other shares, a group that is alone off its minimum has the threshold of its own circle, w_i / alpha_i (T7).
    const alone = breakEvenElr(alpha, { angles: [0, 1e-6, 0], shares: [0.5, 0.3, 0.2] });
    expect(relativeError(alone, 0.3 / 2)).toBeLessThan(1e-11);
  });

  it('of one group is 1 / (alpha - 2F) everywhere below half its top, negative above', () => {
    for (const theta of [1e-3, 0.3, 0.7, -2.9]) {
      const loss = 5 * Math.sin(theta) ** 2;
      expect(relativeError(breakEvenElr([5], { angles: [theta], shares: [1] }), 1 / (5 - 2 * loss))).toBeLessThan(
        1e-14,
      );
    }
    expect(breakEvenElr([5], { angles: [1], shares: [1] })).toBeLessThan(0);
    // At the maximum each step lowers the loss: curvature -2 alpha.
    expect(breakEvenElr([5], { angles: [Math.PI / 2], shares: [1] })).toBeCloseTo(-1 / 5, 14);
  });

  it('is NaN where there is no gradient', () => {
    expect(breakEvenElr([5], { angles: [0], shares: [1] })).toBeNaN();
    expect(breakEvenElr([1, 2], { angles: [0, 0], shares: [0.5, 0.5] })).toBeNaN();
  });
});

describe('the balance ELR as a function of the loss (T13)', () => {
  it('meets the ELR at the equilibrium of T4, and is the threshold at loss 0', () => {
    fc.assert(
      fc.property(alphas, excesses, (alpha, excess) => {
        const elr = (1 + excess) / sum(alpha);
        const found = breakEvenElrAtLoss(alpha, equilibrium(alpha, elr).loss);
        // S - 2F is S / k, of numbers near S.
        expect(relativeError(found, elr)).toBeLessThan(2e-15 * (excess + 3));
      }),
    );
    expect(breakEvenElrAtLoss([1, 2, 4], 0)).toBe(convergenceThreshold([1, 2, 4]));
  });

  it('is that of all groups at one angle with even shares', () => {
    const alpha = [1, 2, 4];
    for (const theta of [0.1, 0.5, 0.78]) {
      const angles = [theta, -theta, theta + Math.PI];
      const atPoint = breakEvenElr(alpha, { angles, shares: evenShares(alpha) });
      // cos 1.56 = 0.011: a hundred roundings.
      expect(relativeError(breakEvenElrAtLoss(alpha, lossAtAngles(alpha, angles)), atPoint)).toBeLessThan(1e-13);
    }
  });

  it('refuses losses that no equilibrium has', () => {
    for (const loss of [3.5, 4, -1e-12, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => breakEvenElrAtLoss([1, 2, 4], loss)).toThrow(UsageError);
  });
});

describe('the change of the loss by a step (T13)', () => {
  it('is the second order of each group over 1 + ess_i^2, exactly', () => {
    const nearMaximum: [number[], number, number] = [[0.01, 0.01, 0.01, 63.292425768757376, 0.01], 171051, 0];
    fc.assert(
      fc.property(alphas, seeds, fc.double({ min: -4, max: 4, noNaN: true }), (alpha, seed, exponent) => {
        const state = randomState(alpha.length, seed);
        const elr = 10 ** exponent;
        const change = toyLoss(alpha, toyStep(alpha, elr, state)) - toyLoss(alpha, state);
        // Losses are sums of numbers up to alpha_i, each with a few roundings; those of large steps cancel: 1 + ess^2 is not small.
        // A step multiplies the rounding of an angle, up to 4e-16, by up to 1 + 2 elr alpha_i / w_i, as it does near the maximum.
        const point = pointOf(state);
        const allowed = alpha.map((each, i) => each * (1e-13 + 4e-16 * (1 + (2 * elr * each) / point.shares[i]!)));
        expect(Math.abs(lossChange(alpha, point, elr) - change)).toBeLessThan(sum(allowed));
      }),
      { examples: [nearMaximum] },
    );
  });

  it('is nothing at the balance ELR where all groups turn alike, however far', () => {
    const alpha = [1, 2, 4];
    for (const theta of [0.1, 0.5, 0.75]) {
      const point = { angles: [theta, theta, theta], shares: evenShares(alpha) };
      expect(Math.abs(lossChange(alpha, point, breakEvenElr(alpha, point)))).toBeLessThan(1e-14);
      expect(lossChange(alpha, point, 0.9 * breakEvenElr(alpha, point))).toBeLessThan(0);
      expect(lossChange(alpha, point, 1.1 * breakEvenElr(alpha, point))).toBeGreaterThan(0);
    }
  });
});

/** Of a run of 20,000 steps after 2,000: elr times mean curvature over twice mean slope, by Cartesian squares. */
function ratioOfAverages(k: number, seed: number): { ratio: number; change: number; predicted: number } {
  const alpha = [1, 2, 4];
  const elr = k / 7;
  let state = randomState(3, seed);
  for (let t = 0; t < 2_000; t += 1) state = toyStep(alpha, elr, state);
  const start = toyLoss(alpha, state);
  let [slope, curvature, predicted] = [0, 0, 0];
  for (let t = 0; t < 20_000; t += 1) {
    const gradient = toyGradient(alpha, state);
    for (const [i, x] of state.x.entries()) {
      const square = gradient.x[i]! ** 2 + gradient.y[i]! ** 2;
      const radius = x ** 2 + state.y[i]! ** 2;
      slope += square;
      curvature += (square * 2 * alpha[i]! * (state.y[i]! ** 2 - x ** 2)) / radius ** 2;
    }
    predicted += lossChange(alpha, pointOf(state), elr);
    state = toyStep(alpha, elr, state, gradient);
  }
  return { ratio: (elr * curvature) / (2 * slope), change: toyLoss(alpha, state) - start, predicted };
}

/** The table of theory.md, T13. */
describe('averages along runs, alpha = (1, 2, 4)', () => {
  // Off by what the loss of the ends differs, over 20,000 steps that each have elr |grad F|^2 = S (k - 1/k): below 7e-7.
  it.each([1.05, 1.3, 1.5])('balance at k = %s, where the motion is regular', (k) => {
    for (const seed of [1, 2, 3]) expect(Math.abs(ratioOfAverages(k, seed).ratio - 1)).toBeLessThan(1e-5);
  });

  it('exceed balance at second order where the motion is chaotic', () => {
    for (const seed of [1, 2, 3]) {
      expect(Math.abs(ratioOfAverages(1.8, seed).ratio - 1.065)).toBeLessThan(0.04);
      expect(Math.abs(ratioOfAverages(2, seed).ratio - 1.575)).toBeLessThan(0.1);
      // Rare turns of a group that has lost its norm outweigh all other steps.
      expect(Math.abs(ratioOfAverages(10, seed).ratio)).toBeGreaterThan(100);
    }
  });

  // 20,000 sums of numbers up to 7, to rounding.
  it.each([1.05, 2, 10, 100])('balance exactly with each group over 1 + ess_i^2, at k = %s', (k) => {
    const { change, predicted } = ratioOfAverages(k, 1);
    expect(Math.abs(predicted - change)).toBeLessThan(1e-10);
  });
});

/**
 * The circle map of T11, theta' = theta - arctan(k sin 2(theta + eps)), written out: batches a and b see the minimum displaced
 * independently. 400,000 steps know either mean to a percent; sigma = 0.02 leaves out 2e-3.
 */
describe('at the floor of additive noise (T11)', () => {
  it.each([0.2, 0.5, 0.9])('the ELR is the balance ELR, and the signal of a gradient its part k: k = %s', (k) => {
    const random = randomSource(5, 0);
    const sums = { slope: 0, curvature: 0, square: 0 };
    let theta = 0;
    for (let step = 0; step < 400_000; step += 1) {
      const [a, b] = [theta + 0.02 * random.gaussian(), theta + 0.02 * random.gaussian()];
      const [gradientA, gradientB] = [Math.sin(2 * a), Math.sin(2 * b)];
      sums.slope += gradientA * gradientB;
      sums.curvature += gradientA ** 2 * 2 * Math.cos(2 * b);
      sums.square += gradientA ** 2;
      theta -= Math.atan(k * gradientA);
    }
    expect(Math.abs((k * sums.curvature) / (2 * sums.slope) - 1)).toBeLessThan(0.04);
    expect(Math.abs(sums.slope / sums.square / k - 1)).toBeLessThan(0.04);
  });
});
