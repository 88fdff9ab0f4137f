import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  effectiveGradientNorm,
  effectiveLearningRate,
  effectiveStepSize,
  equilibriumShares,
  nextNormShares,
  normShares,
  sphereQuantities,
} from '../../../src/sphere/quantities.js';

const inner = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const square = (a: readonly number[]): number => inner(a, a);

describe('definitions', () => {
  it('by hand', () => {
    expect(effectiveLearningRate(0.5, 10)).toBe(0.005);
    expect(effectiveGradientNorm(10, 0.3)).toBe(3);
    expect(effectiveStepSize(0.005, 3)).toBe(0.015);
    expect(normShares([1, 3, 4])).toEqual([0.125, 0.375, 0.5]);
    expect(equilibriumShares([1, 3])).toEqual([0.25, 0.75]);
  });

  it('of two groups, by hand', () => {
    const groups = [
      { name: 'a', squaredNorm: 9, squaredGradient: 4 },
      { name: 'b', squaredNorm: 16, squaredGradient: 0.25 },
    ];
    const quantities = sphereQuantities(groups, 2);
    expect(quantities.norm).toBe(5);
    expect(quantities.elr).toBeCloseTo(2 / 25, 15);
    expect(quantities.egn).toBeCloseTo(5 * Math.sqrt(4.25), 14);
    expect(quantities.ess).toBeCloseTo((2 / 5) * Math.sqrt(4.25), 14);
    // Group a: elr 2/9, egn 3 * 2; group b: elr 2/16, egn 4 * 0.5.
    expect(quantities.groups).toEqual([
      { name: 'a', share: 9 / 25, egn: 6, ess: expect.closeTo(12 / 9, 14) },
      { name: 'b', share: 16 / 25, egn: 2, ess: 0.25 },
    ]);
  });

  it('with zero gradient has no step', () => {
    const quantities = sphereQuantities([{ name: 'a', squaredNorm: 4, squaredGradient: 0 }], 1);
    expect(quantities).toMatchObject({ egn: 0, ess: 0 });
    expect(nextNormShares(quantities)).toEqual([1]);
  });
});

describe('kinematics (K1-K3)', () => {
  const value = fc.oneof(fc.double({ min: 0.1, max: 3, noNaN: true }), fc.double({ min: -3, max: -0.1, noNaN: true }));
  const vector = fc.array(value, { minLength: 4, maxLength: 4 });
  const blocks = fc.array(fc.tuple(vector, vector), { minLength: 1, maxLength: 5 });
  const rates = fc.double({ min: 1e-3, max: 30, noNaN: true });

  it('describe a step along any gradient that is orthogonal to each group', () => {
    fc.assert(
      fc.property(blocks, rates, (pairs, learningRate) => {
        const points = pairs.map(([point]) => point);
        const gradients = pairs.map(([point, direction]) => {
          const along = inner(point, direction) / square(point);
          return direction.map((component, j) => component - along * point[j]!);
        });
        const before = sphereQuantities(
          points.map((point, i) => ({
            name: `${i}`,
            squaredNorm: square(point),
            squaredGradient: square(gradients[i]!),
          })),
          learningRate,
        );
        const after = points.map((point, i) => point.map((c, j) => c - learningRate * gradients[i]![j]!));
        const shares = normShares(after.map(square));
        // The gradients are orthogonal to 1e-15 of their size only; steps reach a hundred times the norm.
        const allowed = 1e-12;
        for (const [i, share] of nextNormShares(before).entries())
          expect(Math.abs(share - shares[i]!)).toBeLessThan(allowed);
        const [from, to] = [points.flat(), after.flat()];
        const cosine = inner(from, to) / Math.sqrt(square(from) * square(to));
        expect(Math.abs(1 / cosine / Math.sqrt(1 + before.ess ** 2) - 1)).toBeLessThan(1e-10);
        const fromGroups = before.groups.reduce((sum, { share, ess }) => sum + share * ess ** 2, 0);
        expect(Math.abs(fromGroups - before.ess ** 2)).toBeLessThan(allowed * before.ess ** 2);
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});
