import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { hasPlainThresholds, type ToyMotion, toyClosedForm } from '../../../toy/theory/closed-form.js';
import { equilibrium } from '../../../toy/theory/equilibrium.js';
import { frozenEquilibrium } from '../../../toy/theory/frozen-shares.js';
import { phaseNoiseFloor } from '../../../toy/theory/noise.js';
import { noiseShareForm } from '../../../toy/theory/noise-share-form.js';
import { weightDecayEquilibrium } from '../../../toy/theory/weight-decay.js';

const alpha = [1, 2, 4];
const S = 7;

describe('the closed form of a motion', () => {
  it.each([0.5, 1, 1.1, 3, 40])('is T3 or T4 for plain steps on the sphere, k = %d', (k) => {
    const elr = k / S;
    const { ess, ...state } = equilibrium(alpha, elr, 0.1);
    const expected = { source: 'T3, T4', ...state, ess, groupEss: [ess, ess, ess], sharesAreBounds: k <= 1 };
    const plain: ToyMotion = { alpha, elr, tolerance: 0.1 };
    expect(toyClosedForm(plain)).toEqual(expected);
    expect(toyClosedForm({ alpha, learningRate: elr, projection: 'joint', tolerance: 0.1 })).toEqual(expected);
    // A fixed ELR is the same motion whatever the norm does.
    expect(toyClosedForm({ ...plain, projection: 'none' })).toEqual(expected);
    const zeros = { momentum: 0, noise: 0, weightDecay: 0, probability: 1, secondMoment: 1 };
    expect(toyClosedForm({ ...plain, ...zeros })).toEqual(expected);
  });

  it('is T7 with frozen shares, group by group', () => {
    const shares = [0.5, 0.25, 0.25];
    const frozen = frozenEquilibrium(alpha, shares, 0.2);
    // k_i = 0.4, 1.6, 3.2.
    expect(frozen.groups.map(({ k }) => k)).toEqual([0.4, 1.6, 3.2]);
    const { loss, egn, ess, groups } = frozen;
    const state = { loss, egn, ess, groupEss: groups.map((group) => group.ess), shares, sharesAreBounds: false };
    const expected = { source: 'T7', frozen, k: 0.2 * S, regime: null, ...state };
    expect(toyClosedForm({ alpha, elr: 0.2, shares })).toEqual(expected);
    expect(toyClosedForm({ alpha, learningRate: 0.2, shares, projection: 'group' })).toEqual(expected);
    expect(toyClosedForm({ alpha, elr: 0.05, shares }).source).toBe('T7');
    // k_i = 0.1, 0.4, 0.8: one regime.
    expect(toyClosedForm({ alpha, elr: 0.05, shares })).toMatchObject({ regime: 'convergence', loss: 0 });
  });

  it('is T8 with weight decay in full space, of no regime', () => {
    const orbit = weightDecayEquilibrium(alpha, 0.4, 0.1);
    const { k, loss, egn, ess, shares } = orbit;
    const state = { k, regime: null, loss, egn, ess, groupEss: [ess, ess, ess], shares, sharesAreBounds: false };
    expect(toyClosedForm({ alpha, learningRate: 0.4, weightDecay: 0.1 })).toEqual({ source: 'T8', orbit, ...state });
  });

  it('is T11 with phase noise below the threshold: loss and shares, nothing of gradients', () => {
    const [elr, noise] = [0.5 / S, 0.1];
    const form = toyClosedForm({ alpha, elr, noise });
    const unknown = { egn: Number.NaN, ess: Number.NaN, groupEss: [Number.NaN, Number.NaN, Number.NaN] };
    const loss = phaseNoiseFloor(alpha, elr, noise);
    const known = { source: 'T11', k: 0.5, regime: 'convergence', loss, sharesAreBounds: false };
    expect(form).toEqual({ ...known, ...unknown, shares: [1 / 7, 2 / 7, 4 / 7] });
    // S sigma^2 k / (1 - k), by hand.
    expect(loss).toBeCloseTo(0.07, 14);
  });

  it('is none where that loss is no longer below that of a random point, or R not positive', () => {
    // One group at k = 0.2: loss sigma^2 / 4, R = 1 - 2.05 sigma^2; half the sum of alpha at sigma^2 = 2, and R = 0 at 1 / 2.05.
    const noises = [0.69, 0.71, 2];
    expect(noises.map((noise) => toyClosedForm({ alpha: [1], elr: 0.2, noise }).source)).toEqual(['T11', null, null]);
    expect(noises.map((noise) => noiseShareForm({ alpha: [1], elr: 0.2, noise }) !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
    // Three groups at k = 1 / 2: loss S sigma^2, below S / 2 up to sigma^2 = 1 / 2.
    const sources = [0.7, 0.71].map((noise) => toyClosedForm({ alpha, elr: 0.5 / S, noise }).source);
    expect(sources).toEqual(['T11', null]);
    expect(noiseShareForm({ alpha, elr: 0.5 / S, noise: 0.71 })).toBeUndefined();
    expect(noiseShareForm({ alpha, elr: 0.5 / S, noise: 0.7 })).toMatchObject({ value: 1 });
  });

  const rest = { alpha, elr: 0.5 / S };
  it.each<[string, ToyMotion, string, RegExp]>([
    ['noise at the threshold', { alpha: [1], elr: 1, noise: 0.1 }, 'noise', /from k = 1 on/],
    ['noise above the threshold', { alpha, elr: 0.2, noise: 0.1 }, 'noise', /from k = 1 on/],
    ['noise and weight decay', { alpha, learningRate: 0.4, weightDecay: 0.1, noise: 0.1 }, 'noise', /weight decay/],
    ['noise and frozen shares', { ...rest, shares: [0.2, 0.3, 0.5], noise: 0.1 }, 'noise', /frozen/],
    ['momentum', { ...rest, momentum: 0.5 }, 'momentum', /momentum/],
    ['momentum and decay', { alpha, learningRate: 1, weightDecay: 0.1, momentum: 0.5 }, 'momentum', /momentum/],
    ['batches that see a group at times', { ...rest, probability: 0.5 }, 'noise', /batches/],
    ['multiplicative noise', { ...rest, secondMoment: 2 }, 'noise', /multiplicative/],
    [
      'a set of samples',
      { ...rest, noise: 0.1, batches: { samples: 8, batchSize: 2, sampling: 'with' } },
      'noise',
      /batches/,
    ],
    ['a decay of the whole norm', { alpha, learningRate: 2, weightDecay: 0.5 }, 'weight decay', /1 or more/],
    ['decay on a sphere', { alpha, learningRate: 0.1, weightDecay: 0.1, projection: 'joint' }, 'weight decay', /full/],
    ['a norm that only grows', { alpha, learningRate: 0.1 }, 'free norm', /only grows/],
    ['frozen shares that are not known', { ...rest, projection: 'group' }, 'norm shares', /share of each group/],
  ])('does not exist for %s', (_, motion, obstacle, reason) => {
    expect(toyClosedForm(motion)).toEqual({ source: null, obstacle, reason: expect.stringMatching(reason) });
    expect(hasPlainThresholds(motion)).toBe(false);
  });

  it('of plain steps alone has the thresholds of T3 and T6, below and above them', () => {
    for (const k of [0.5, 2]) {
      expect(hasPlainThresholds({ alpha, elr: k / S })).toBe(true);
      expect(hasPlainThresholds({ alpha, elr: k / S, noise: 0.1 })).toBe(false);
    }
    expect(hasPlainThresholds({ alpha, learningRate: 0.4, weightDecay: 0.1 })).toBe(false);
  });

  it('without noise is the limit of small noise, and has noise to the smallest distance below the threshold', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.999, noNaN: true }), (k) => {
        const [quiet, noisy] = [0, 1e-6].map((noise) => toyClosedForm({ alpha, elr: k / S, noise }));
        if (quiet!.source !== 'T3, T4' || noisy!.source !== 'T11')
          throw new Error(`${quiet!.source}, ${noisy!.source}`);
        expect(quiet!.loss).toBe(0);
        // S sigma^2 k / (1 - k) < 7e-9.
        expect(noisy!.loss).toBeLessThan(7e-9);
        // The bounds of T3 hold for the exact shares: elr alpha_i < alpha_i / S.
        for (const [i, share] of noisy!.shares.entries()) expect(share).toBeGreaterThan(quiet!.shares[i]!);
      }),
      { seed: 1, numRuns: 200 },
    );
    expect(toyClosedForm({ alpha: [1], elr: 1 - 2 ** -53, noise: 1e-9 }).source).toBe('T11');
  });

  it('rejects what is no motion', () => {
    expect(() => toyClosedForm({ alpha: [], elr: 1 })).toThrow(UsageError);
    expect(() => toyClosedForm({ alpha })).toThrow(UsageError);
    expect(() => toyClosedForm({ alpha, elr: -1 })).toThrow(UsageError);
    expect(() => toyClosedForm({ alpha, elr: 0.05, noise: -1 })).toThrow(UsageError);
    expect(() => toyClosedForm({ alpha, elr: 1, shares: [1, 1, 1] })).toThrow(UsageError);
  });
});
