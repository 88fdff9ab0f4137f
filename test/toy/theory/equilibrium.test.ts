import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { egnOnEquilibriumCurve, equilibrium } from '../../../toy/theory/equilibrium.js';
import { groupEgnsAtAngles, lossAtAngles, randomLoss } from '../../../toy/theory/points.js';
import { convergenceThreshold, divergenceThreshold } from '../../../toy/theory/thresholds.js';
import { relativeError } from './numbers.js';
import { randomState, toyGradient, toyLoss } from './reference.js';

/** Rounding of the few operations of a closed form: 2.2e-16 each. */
const ROUNDING = 1e-15;
const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
const alphas = fc.array(positive, { minLength: 1, maxLength: 6 });

describe('thresholds (T3, T6)', () => {
  it('are 1/S and 1/(tolerance S)', () => {
    expect(convergenceThreshold([1, 2, 4])).toBe(1 / 7);
    expect(divergenceThreshold([1, 2, 4], 0.05)).toBeCloseTo(20 / 7, 14);
    expect(divergenceThreshold([3, 5], 0.25)).toBe(0.5);
  });

  it('belong to their regime whatever the rounding of elr * S', () => {
    for (let sum = 1; sum <= 200; sum++) {
      expect(equilibrium([sum], convergenceThreshold([sum])).regime).toBe('convergence');
      expect(equilibrium([sum], convergenceThreshold([sum]) * (1 + 1e-14)).regime).toBe('chaotic equilibrium');
      for (const tolerance of [0.01, 0.03, 0.05, 0.3]) {
        const elr = divergenceThreshold([sum], tolerance);
        expect(equilibrium([sum], elr, tolerance).regime).toBe('divergence');
        expect(equilibrium([sum], elr * (1 - 1e-14), tolerance).regime).toBe('chaotic equilibrium');
      }
    }
  });

  it('of divergence is where the equilibrium loss is within the tolerance of a random one', () => {
    const elr = divergenceThreshold([1, 2, 4], 0.1);
    expect(equilibrium([1, 2, 4], elr, 0.1).loss / randomLoss([1, 2, 4])).toBeCloseTo(0.9, 14);
  });

  it('reject what has no meaning', () => {
    for (const alpha of [[], [1, -2], [0], [Number.NaN], [Number.POSITIVE_INFINITY], [1e308, 1e308]])
      expect(() => convergenceThreshold(alpha)).toThrow(UsageError);
    for (const tolerance of [0, 1, -1, Number.NaN])
      expect(() => divergenceThreshold([1], tolerance)).toThrow(UsageError);
    for (const elr of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e308])
      expect(() => equilibrium([10], elr)).toThrow(UsageError);
  });
});

describe('loss and EGN at given angles', () => {
  it('has its values at the minimum, at the maximum and between', () => {
    expect(lossAtAngles([1, 2, 4], [0, 0, 0])).toBe(0);
    // Half a circle of rounding at pi/2.
    expect(lossAtAngles([1, 2, 4], [Math.PI / 2, Math.PI / 4, Math.PI / 6])).toBeCloseTo(1 + 1 + 1, 15);
  });

  it('EGN is |dF/d theta_i|', () => {
    const alpha = [1, 2, 4];
    const angles = [0.3, -1.1, 2.5];
    const h = 1e-5;
    const slope = (i: number): number => {
      const moved = (by: number) => lossAtAngles(alpha, angles.with(i, angles[i]! + by));
      return Math.abs(moved(h) - moved(-h)) / (2 * h);
    };
    // Central differences: h^2 times the third derivative (up to 16) / 6, and rounding 1e-15 / h.
    for (const [i, egn] of groupEgnsAtAngles(alpha, angles).entries())
      expect(Math.abs(egn - slope(i))).toBeLessThan(2e-9);
  });

  it('averages S/2 over random points', () => {
    const alpha = [1, 2, 4];
    const points = 4000;
    let sum = 0;
    for (let seed = 0; seed < points; seed++) sum += toyLoss(alpha, randomState(3, seed));
    // sin^2 of a uniform angle has variance 1/8; five standard errors of the mean.
    const standardError = Math.sqrt((1 + 4 + 16) / 8 / points);
    expect(Math.abs(sum / points - randomLoss(alpha))).toBeLessThan(5 * standardError);
  });
});

describe('equilibrium (T3, T4)', () => {
  it('at k = 1.1, by hand', () => {
    const state = equilibrium([1, 2, 4], 1.1 / 7);
    expect(state.loss).toBeCloseTo(7 / 22, 13);
    expect(state.ess).toBeCloseTo(Math.sqrt(0.21), 13);
    expect(state.egn).toBeCloseTo((7 * Math.sqrt(0.21)) / 1.1, 13);
    expect(state.shares).toEqual([1 / 7, 2 / 7, 4 / 7]);
  });

  it('in convergence is the minimum, with lower bounds of the shares', () => {
    expect(equilibrium([1, 2], 0.25)).toEqual({
      k: 0.75,
      regime: 'convergence',
      loss: 0,
      egn: 0,
      ess: 0,
      shares: [0.25, 0.5],
    });
    for (const near of [1e-9, 1e-11, 1e-13])
      expect(equilibrium([1], 1 - near)).toMatchObject({ loss: 0, egn: 0, ess: 0 });
    expect(equilibrium([1], 1)).toMatchObject({ k: 1, regime: 'convergence', loss: 0, shares: [1] });
  });

  it('does not overflow for huge k', () => {
    const state = equilibrium([1], 1e300);
    expect(state).toMatchObject({ regime: 'divergence', loss: 0.5, egn: 1 });
    expect(relativeError(state.ess, 1e300)).toBeLessThan(ROUNDING);
  });

  it.each([1.1, 2, 5])('has the EGN and ESS of the gradient at that point, k = %d', (k) => {
    const alpha = [1, 2, 4];
    const elr = k / 7;
    const angle = Math.acos(1 / k) / 2;
    const state = {
      x: Float64Array.from(alpha, (value) => Math.sqrt(value / 7) * Math.sin(angle)),
      y: Float64Array.from(alpha, (value) => Math.sqrt(value / 7) * Math.cos(angle)),
    };
    const gradient = toyGradient(alpha, state);
    const egn = Math.hypot(...gradient.x, ...gradient.y);
    const closed = equilibrium(alpha, elr);
    // acos near k = 1.1 loses one digit.
    expect(relativeError(closed.egn, egn)).toBeLessThan(10 * ROUNDING);
    expect(relativeError(closed.ess, elr * egn)).toBeLessThan(10 * ROUNDING);
    expect(relativeError(closed.loss, toyLoss(alpha, state))).toBeLessThan(10 * ROUNDING);
  });

  it('lies on the curve g^2 / S^2 = 4 f (1 - f)', () => {
    for (const k of [1.001, 1.5, 3, 30]) {
      const { loss, egn } = equilibrium([1, 2, 4], k / 7);
      expect(relativeError(egnOnEquilibriumCurve([1, 2, 4], loss), egn)).toBeLessThan(ROUNDING);
    }
    expect(egnOnEquilibriumCurve([1, 2, 4], 3.5)).toBe(7);
    expect(egnOnEquilibriumCurve([1, 2, 4], 0)).toBe(0);
    for (const loss of [-1, 3.6, Number.NaN]) expect(() => egnOnEquilibriumCurve([1, 2, 4], loss)).toThrow(UsageError);
  });

  it('scales with alpha where the ELR scales inversely, and follows a permutation of the groups', () => {
    fc.assert(
      fc.property(alphas, fc.double({ min: 1.01, max: 50, noNaN: true }), positive, (alpha, k, c) => {
        const elr = k * convergenceThreshold(alpha);
        const state = equilibrium(alpha, elr);
        const scaled = equilibrium(
          alpha.map((value) => value * c),
          elr / c,
        );
        // k rounds differently, which k - 1 >= 0.01 magnifies up to a hundred times.
        const allowed = 1e-12;
        expect(relativeError(scaled.loss, c * state.loss)).toBeLessThan(allowed);
        expect(relativeError(scaled.egn, c * state.egn)).toBeLessThan(allowed);
        expect(relativeError(scaled.ess, state.ess)).toBeLessThan(allowed);
        const reversed = equilibrium(alpha.toReversed(), elr);
        expect(relativeError(reversed.loss, state.loss)).toBeLessThan(allowed);
        for (const [i, share] of reversed.shares.toReversed().entries())
          expect(relativeError(share, state.shares[i]!)).toBeLessThan(allowed);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
