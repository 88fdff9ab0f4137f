import { describe, expect, it } from 'vitest';
import { type MeasuredRun, measureRun } from '../../../src/regime/analyse.js';
import type { Regime } from '../../../src/regime/regime.js';
import { averageByElr, averageOverSeeds } from '../../../src/regime/seed-averages.js';
import { measureThresholds } from '../../../src/regime/thresholds.js';
import { convergingRun, equilibriumRun, run } from '../verify/toy-sweep.js';

/** The run at k read as one at `elr`, of a seed. */
const seeded = (k: number, seed: number, elr = 1.5 / 7): MeasuredRun => {
  const { steps } = k > 1 ? equilibriumRun(k) : convergingRun(k);
  return { ...measureRun(run(elr, steps)), seed };
};
const as = (regime: Regime | 'undecided', elr = 1): MeasuredRun => ({ ...seeded(1.5, 1), elr, regime });
const C = 'convergence';
const E = 'chaotic equilibrium';
const U = 'undecided';

describe('several seeds at one ELR', () => {
  it('have the mean of their averages, with the scatter between them', () => {
    const both = averageOverSeeds([seeded(1.4, 1), seeded(1.6, 2)]);
    const [a, b] = [3.5 * (1 - 1 / 1.4), 3.5 * (1 - 1 / 1.6)];
    expect(both).toMatchObject({
      elr: 1.5 / 7,
      seed: 1,
      regime: E,
      status: 'finished',
      steps: 64,
      loss: expect.closeTo((a + b) / 2, 12),
      shares: [expect.closeTo(1 / 7, 12), expect.closeTo(2 / 7, 12), expect.closeTo(4 / 7, 12)],
      stationary: { start: 0, steps: 128, independent: 128 },
      randomLoss: 3.5,
      // The random loss is known to 0.1 in either run.
      randomLossError: expect.closeTo(0.1 / Math.SQRT2, 12),
    });
    // Of two values the standard error is half their distance.
    expect(both.errors!.loss).toBeCloseTo((b - a) / 2, 12);
    expect(both.errors!.effectiveStep).toBeCloseTo((Math.sqrt(1.56) - Math.sqrt(0.96)) / 2, 12);
    // Each run has all ess_i equal: ratios are exact though the steps differ.
    for (const error of both.errors!.stepRatios) expect(error).toBeLessThan(1e-12);
    expect(both.members!.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(both.evidence.reason).toMatch(/^2 of 2 seeds: /);
  });

  it('are as they are where there is one', () => {
    const one = seeded(1.5, 3);
    expect(averageOverSeeds([one])).toBe(one);
    expect(() => averageOverSeeds([])).toThrow('no runs');
  });

  it.each<[(Regime | 'undecided')[], Regime | 'undecided', RegExp]>([
    [[E, E, U], E, /^2 of 3 seeds/],
    [[C, C], C, /^2 of 2 seeds/],
    [[C, E], U, /^seeds disagree: 1 convergence, 1 chaotic equilibrium$/],
    [[E, C, E, E], U, /^seeds disagree: 3 chaotic equilibrium, 1 convergence$/],
    [[E, U], U, /^too few seeds are decided: 1 chaotic equilibrium, 1 undecided$/],
    [[U, U], U, /^too few seeds are decided: 2 undecided$/],
  ])('%j are %s', (regimes, regime, reason) => {
    const found = averageOverSeeds(regimes.map((each) => as(each)));
    expect(found.regime).toBe(regime);
    expect(found.evidence.reason).toMatch(reason);
    expect(found.errors === null).toBe(regime === U);
  });

  it('leave runs out of the averages that do not have the regime', () => {
    const odd = { ...seeded(4, 3), regime: U } as const;
    const found = averageOverSeeds([seeded(1.5, 1), seeded(1.5, 2), odd]);
    expect(found.loss).toBeCloseTo(3.5 / 3, 12);
    const drifting = { ...seeded(1.7, 3), stationary: null, errors: null };
    expect(averageOverSeeds([seeded(1.5, 1), seeded(1.5, 2), drifting]).loss).toBeCloseTo(3.5 / 3, 12);
    expect(averageOverSeeds([drifting, drifting]).stationary).toBeNull();
  });

  it('keep the worst residuals and the least finished status; NaN is the worst', () => {
    const [a, b] = [seeded(1.5, 1), seeded(1.5, 2)];
    const found = averageOverSeeds([
      { ...a, radial: 0.1, identities: { K1: 1, K2: 2, K3: Number.NaN }, status: 'failed', steps: 10 },
      { ...b, radial: 0.2, identities: { K1: 3, K2: 1, K3: 1 }, status: 'running' },
    ]);
    expect(found).toMatchObject({
      radial: 0.2,
      identities: { K1: 3, K2: 2, K3: Number.NaN },
      status: 'running',
      steps: 10,
    });
  });
});

describe('a sweep with several seeds', () => {
  it('has one run an ELR, and names in the bracket where seeds disagree', () => {
    const runs = averageByElr([as(C, 1), as(C, 1), as(C, 2), as(E, 2), as(E, 4), as(E, 4)]);
    expect(runs.map(({ elr, regime }) => [elr, regime])).toEqual([
      [1, C],
      [2, U],
      [4, E],
    ]);
    expect(measureThresholds(runs)).toEqual({
      convergence: { below: 1, above: 4, disputed: [2] },
      divergence: { below: 4, above: null },
    });
  });
});
