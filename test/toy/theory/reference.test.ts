import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import {
  angleBetween,
  onUnitSphere,
  randomState,
  stateNorm,
  type ToyState,
  toyGradient,
  toyLoss,
  toyQuantities,
  toyStep,
} from './reference.js';

const stateOf = (x: readonly number[], y: readonly number[]): ToyState => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
});
const coordinates = ({ x, y }: ToyState): number[] => [...x, ...y];
const largestDifference = (a: ToyState, b: ToyState): number =>
  Math.max(...coordinates(a).map((value, i) => Math.abs(value - coordinates(b)[i]!)));

const alpha = [1, 2, 4];
const coordinate = fc
  .oneof(fc.double({ min: 0.05, max: 3 }), fc.double({ min: -3, max: -0.05 }))
  .filter(Number.isFinite);
const triple = fc.tuple(coordinate, coordinate, coordinate);
const states = fc.tuple(triple, triple).map(([x, y]) => stateOf(x, y));
const positive = fc.double({ min: 0.01, max: 100, noNaN: true });

describe('loss', () => {
  it('by hand', () => {
    expect(toyLoss(alpha, stateOf([1, 3, 0], [1, 4, 2]))).toBeCloseTo(1 / 2 + (2 * 9) / 25, 15);
  });

  it('does not change when any group is rescaled', () => {
    fc.assert(
      fc.property(states, fc.tuple(positive, positive, positive), (state, c) => {
        const scaled = { x: state.x.map((value, i) => value * c[i]!), y: state.y.map((value, i) => value * c[i]!) };
        // Rounding of three terms of size up to 7.
        expect(Math.abs(toyLoss(alpha, scaled) - toyLoss(alpha, state))).toBeLessThan(1e-14);
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

describe('gradient', () => {
  it('is that of finite differences, and orthogonal to each group', () => {
    fc.assert(
      fc.property(states, (state) => {
        const gradient = toyGradient(alpha, state);
        const h = 1e-5;
        for (const key of ['x', 'y'] as const)
          for (let i = 0; i < alpha.length; i++) {
            const moved = (by: number) => toyLoss(alpha, { ...state, [key]: state[key].with(i, state[key][i]! + by) });
            const slope = (moved(h) - moved(-h)) / (2 * h);
            const radius = Math.hypot(state.x[i]!, state.y[i]!);
            // h^2 / 6 times a third derivative of at most 50 alpha / radius^3, and rounding 1e-15 / h.
            const allowed = (h ** 2 * 10 * alpha[i]!) / radius ** 3 + 1e-9;
            expect(Math.abs(gradient[key][i]! - slope)).toBeLessThan(allowed);
          }
        for (let i = 0; i < alpha.length; i++) {
          const scale = Math.hypot(gradient.x[i]!, gradient.y[i]!) * Math.hypot(state.x[i]!, state.y[i]!);
          const inner = gradient.x[i]! * state.x[i]! + gradient.y[i]! * state.y[i]!;
          expect(Math.abs(inner)).toBeLessThanOrEqual(1e-15 * scale);
        }
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('is 0 at the minimum, at the maximum, and for a group that has vanished', () => {
    const { x, y } = toyGradient(alpha, stateOf([0, 1, 0], [2, 0, 0]));
    expect([...x, ...y].every((value) => Math.abs(value) === 0)).toBe(true);
  });
});

describe('step', () => {
  it('by hand', () => {
    const start = stateOf([0.6], [0.8]);
    // Gradient (0.768, -0.576), so (0.216, 1.088) before it is normalised.
    const next = toyStep([1], 0.5, start);
    const norm = Math.hypot(0.216, 1.088);
    expect(next.x[0]).toBeCloseTo(0.216 / norm, 15);
    expect(next.y[0]).toBeCloseTo(1.088 / norm, 15);
    expect(coordinates(start)).toEqual([0.6, 0.8]);
  });

  it('does not depend on the norm, follows permutations, and depends on elr * alpha only', () => {
    fc.assert(
      fc.property(states, positive, fc.double({ min: 0.01, max: 10, noNaN: true }), (state, c, elr) => {
        const next = toyStep(alpha, elr, state);
        const scaled = { x: state.x.map((value) => value * c), y: state.y.map((value) => value * c) };
        // Coordinates of size 1 after some ten roundings, relative to steps of up to 10 * 4 * 2 / 0.002 in the norm.
        const allowed = 1e-13;
        expect(Math.abs(stateNorm(next) - 1)).toBeLessThan(1e-15);
        expect(largestDifference(toyStep(alpha, elr, scaled), next)).toBeLessThan(allowed);
        const scaledAlpha = alpha.map((value) => value * c);
        expect(largestDifference(toyStep(scaledAlpha, elr / c, state), next)).toBeLessThan(allowed);
        const reversed = toyStep(alpha.toReversed(), elr, { x: state.x.toReversed(), y: state.y.toReversed() });
        const back = { x: reversed.x.toReversed(), y: reversed.y.toReversed() };
        expect(largestDifference(back, next)).toBeLessThan(allowed);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('rests where the gradient is 0', () => {
    const start = onUnitSphere(stateOf([0, 0, 0], [1, 2, 3]));
    // Normalising again may move the last digit.
    expect(largestDifference(toyStep(alpha, 3, start), start)).toBeLessThan(2e-16);
    expect(toyQuantities(alpha, 3, start, 0)).toMatchObject({ loss: 0, egn: 0, ess: 0 });
  });
});

describe('quantities', () => {
  it('by hand, at a norm other than 1', () => {
    const { elr, egn, ess, norm, groups } = toyQuantities([1, 2], 0.25, stateOf([3, 1], [4, 1]), 7);
    // Groups: radii 5 and sqrt 2, g_1 = |sin 2 theta| = 0.96, g_2 = 2.
    const joint = Math.sqrt(27) * Math.sqrt(0.96 ** 2 / 25 + 4 / 2);
    expect(norm).toBeCloseTo(Math.sqrt(27), 14);
    expect(elr).toBeCloseTo(0.25, 15);
    expect(egn).toBeCloseTo(joint, 14);
    expect(ess).toBeCloseTo(joint / 4, 14);
    expect(groups.map(({ name }) => name)).toEqual(['1', '2']);
    expect(groups[0]!.share).toBeCloseTo(25 / 27, 15);
    expect(groups[0]!.egn).toBeCloseTo(0.96, 15);
    expect(groups[0]!.ess).toBeCloseTo((0.25 * 0.96 * 27) / 25, 15);
    expect(groups[1]!.egn).toBeCloseTo(2, 14);
  });
});

describe('angle between two states', () => {
  it.each([1e-12, 1e-6, 0.5, Math.PI / 2, 3, Math.PI - 1e-6])('is exact to rounding at %d', (angle) => {
    const a = stateOf([0], [1]);
    const b = stateOf([Math.sin(angle)], [Math.cos(angle)]);
    // The states themselves are rounded at 1e-16; the arc cosine would be wrong by 1e-8 at both ends.
    expect(Math.abs(angleBetween(a, b) - angle)).toBeLessThan(4e-16);
  });
});

describe('random start', () => {
  it('is on the unit sphere, the same for a seed, another for another', () => {
    expect(stateNorm(randomState(5, 3))).toBeCloseTo(1, 15);
    expect(randomState(5, 3)).toEqual(randomState(5, 3));
    const first = Array.from({ length: 200 }, (_, seed) => randomState(3, seed).x[0]!);
    expect(new Set(first).size).toBe(200);
  });

  it('is uniform: means 0, mean squares 1/6 for three groups, neighbouring seeds independent', () => {
    const count = 4000;
    const points = Array.from({ length: count }, (_, seed) => coordinates(randomState(3, seed)));
    const average = (value: (point: number[], i: number) => number) =>
      points.reduce((sum, point, i) => sum + value(point, i), 0) / count;
    // Five standard errors: a coordinate has variance 1/6, its square 3/48 - 1/36 = 0.035, a product at most 1/36.
    const allowed = (variance: number) => 5 * Math.sqrt(variance / count);
    for (let j = 0; j < 6; j++) {
      expect(Math.abs(average((point) => point[j]!))).toBeLessThan(allowed(1 / 6));
      expect(Math.abs(average((point) => point[j]! ** 2) - 1 / 6)).toBeLessThan(allowed(0.035));
      const lagged = average((point, i) => point[j]! * points[(i + 1) % count]![j]!);
      expect(Math.abs(lagged)).toBeLessThan(allowed(1 / 36));
    }
  });

  it('rejects seeds that are not whole numbers from 0 on', () => {
    for (const seed of [-1, 0.5, Number.NaN]) expect(() => randomState(2, seed)).toThrow(UsageError);
  });
});

describe('norm', () => {
  it('neither overflows nor vanishes', () => {
    expect(stateNorm(stateOf([3e200], [4e200])) / 5e200).toBeCloseTo(1, 15);
    expect(stateNorm(stateOf([3e-200], [4e-200])) / 5e-200).toBeCloseTo(1, 15);
    expect(stateNorm(stateOf([Number.NaN], [1]))).toBeNaN();
  });
});
