import { describe, expect, it } from 'vitest';
import type { Balance, BalancePoint } from '../../../src/run/balance-record.js';
import type { Curvature } from '../../../src/run/curvature-record.js';
import { type VerifyOptions, verifySweep } from '../../../src/verify/verify.js';
import { toyTheory } from '../../../toy/theory/equilibrium.js';
import { exactPoint } from '../regime/break-even-points.js';
import { convergingRun, equilibriumRun, SUM } from './toy-sweep.js';

/** Converged, equilibrium, diverged. */
const sweep = [convergingRun(0.9), equilibriumRun(1.4), equilibriumRun(10)];
const KS = [0.9, 1.4, 10];

/** A point of the run at a place with this sharpness times ELR / 2: squared EGN 100, so curvature 2 x 100 x value / ELR. */
const point = (place: number, value: number, step = 64): BalancePoint => ({
  ...exactPoint(1, 1, step),
  ownCurvature: { mean: (200 * value * SUM) / KS[place]!, error: 0 },
});

const balance = (points: readonly BalancePoint[], others: Partial<Balance> = {}): Balance => ({
  ...{ batch: 16, pairs: 32, seed: 1, seconds: 1 },
  points: [...points],
  ...others,
});

function rows(place: number, given: Balance, options: VerifyOptions = {}) {
  const balances = new Map([[sweep[place]!.directory, given]]);
  const { predictions } = verifySweep(sweep, toyTheory, { balances, ...options });
  return predictions.filter(({ name }) => name.startsWith('same-batch'));
}

/** Four points, as few as an equilibrium needs. */
const four = (place: number, value: number): BalancePoint[] =>
  [40, 48, 56, 64].map((step) => point(place, value, step));

describe('what the same-batch sharpness predicts (T13 with a = b)', () => {
  it('is 1 in equilibrium and at most 1 where a run converged, to a quarter', () => {
    const [found] = rows(1, balance(four(1, 1.2)));
    expect(found).toMatchObject({
      name: `same-batch sharpness x ELR / 2, ELR ${1.4 / SUM}`,
      source: 'T4, T13',
      group: 'thresholds',
      predicted: 1,
      measured: expect.closeTo(1.2, 12),
      holds: true,
    });
    const verdict = (place: number, value: number) => rows(place, balance(four(place, value)))[0]!.holds;
    expect([0.74, 0.76, 1.24, 1.26].map((value) => verdict(1, value))).toEqual([false, true, true, false]);
    expect([0.1, 0.76, 1.24, 1.26].map((value) => verdict(0, value))).toEqual([true, true, true, false]);
    expect(rows(0, balance([point(0, 0.9)]))[0]).toMatchObject({
      name: `same-batch sharpness x ELR / 2 at most 1, ELR ${0.9 / SUM}`,
      source: 'T3, T13',
    });
  });

  it('stands beside that of T3, where the curvature of the run is known', () => {
    const curvature = { largest: [{ value: (2 * 1.1 * SUM) / 1.4, residual: 0 }] } as unknown as Curvature;
    const curvatures = new Map([[sweep[1]!.directory, curvature]]);
    const note = (options: VerifyOptions) => rows(1, balance(four(1, 1)), options)[0]!.note;
    expect(note({ curvatures })).toBe('T3: ELR lambda / 2 = 1.1; 4 points, 32 pairs of batches each');
    expect(note({})).toMatch(/^regimes curvature measures lambda of T3 beside it; /);
  });

  it('comes before the rows of T3', () => {
    const { predictions } = verifySweep(sweep, toyTheory);
    const names = predictions.map(({ name }) => name);
    expect(names.indexOf('ELR lambda / 2 at most 1')).toBe(names.indexOf('same-batch sharpness x ELR / 2') + 1);
  });

  it('is untested, with the command that measures it, where there is none', () => {
    const unmeasured = { holds: null, note: expect.stringMatching(/^regimes balance measures it/) };
    expect(rows(2, balance(four(2, 1)))).toEqual([expect.objectContaining(unmeasured)]);
    // A balance that an earlier version kept.
    const [old] = rows(1, balance([40, 48, 56, 64].map((step) => exactPoint(1, 1, step))));
    expect(old).toMatchObject({ holds: null, note: expect.stringMatching(/without it: regimes balance measures it/) });
    const [few] = rows(1, balance(four(1, 1).slice(1)));
    expect(few).toMatchObject({ holds: null, note: expect.stringMatching(/^weights kept at 3 points/) });
    const [others] = rows(1, balance(four(1, 1), { othersTrained: true }));
    expect(others).toMatchObject({ holds: null, note: expect.stringMatching(/not scale-invariant are trained too/) });
  });
});
