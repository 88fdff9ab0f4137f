import { describe, expect, it } from 'vitest';
import type { Balance, BalancePoint } from '../../../src/run/balance-record.js';
import type { SweepRun } from '../../../src/run/recorded-run.js';
import { verifySweep } from '../../../src/verify/verify.js';
import { toyTheory } from '../../../toy/theory/equilibrium.js';
import { exactPoint, point } from '../regime/break-even-points.js';
import { convergingRun, equilibriumRun, run, SUM, steps } from './toy-sweep.js';

const balanceOf = (points: readonly BalancePoint[], others: Partial<Balance> = {}): Balance => ({
  batch: 16,
  pairs: 32,
  seed: 1,
  points: [...points],
  seconds: 1,
  ...others,
});

/** The rows of T13 of a sweep whose runs, by their places, have these balances. */
const rows = (sweep: readonly SweepRun[], balances: readonly [number, Balance][]) =>
  verifySweep(sweep, toyTheory, {
    balances: new Map(balances.map(([place, balance]) => [sweep[place]!.directory, balance])),
  }).predictions.filter(({ source }) => source === 'T13');

/** ELRs k / 7: converged, equilibrium, diverged. */
const sweep = [convergingRun(0.9), equilibriumRun(1.4), equilibriumRun(10)];
/** Four times the same: as few as an equilibrium needs. */
const four = (given: BalancePoint): BalancePoint[] => [given, given, given, given];

/** The slope of 1 and the curvature that give the toy's equilibrium at k its balance: elr curvature / 2 = 1. */
const balanced = (k: number, step = 64): BalancePoint => exactPoint(1, (2 * SUM) / k, step);

describe('what the balance of slope and curvature predicts (T13)', () => {
  it('is that an equilibrium has the ELR of no change, and a converged run no more', () => {
    const found = rows(sweep, [
      [0, balanceOf([balanced(1.8)])],
      [1, balanceOf([balanced(1.4, 32), balanced(1.4, 40), balanced(1.4, 48), balanced(1.4)])],
    ]);
    expect(found).toEqual([
      expect.objectContaining({ name: `ELR / balance ELR at most 1, ELR ${0.9 / SUM}`, holds: true, error: 0 }),
      expect.objectContaining({ name: `ELR / balance ELR, ELR ${1.4 / SUM}`, predicted: 1, holds: true }),
    ]);
    expect(found[0]!.measured).toBeCloseTo(0.5, 12);
    expect(found[1]!.measured).toBeCloseTo(1, 12);
    expect(found.map(({ note }) => note)).toEqual([
      '1 point, 32 pairs of batches each',
      '4 points, 32 pairs of batches each',
    ]);
  });

  it('fails beyond a quarter: on both sides in equilibrium, above alone where a run converged', () => {
    const verdicts = (place: number, ratio: number) =>
      rows(sweep, [
        [place, balanceOf(four(exactPoint(1, (2 * ratio) / sweep[place]!.manifest.configuration.rate.value)))],
      ])[0]!;
    expect(verdicts(1, 1.24).holds).toBe(true);
    expect(verdicts(1, 1.26).holds).toBe(false);
    expect(verdicts(1, 0.76).holds).toBe(true);
    expect(verdicts(1, 0.74).holds).toBe(false);
    expect(verdicts(0, 0.1).holds).toBe(true);
    expect(verdicts(0, 1.24).holds).toBe(true);
    expect(verdicts(0, 1.26)).toMatchObject({ holds: false, error: expect.closeTo(0.26, 12) });
    // Bends down: every step lowers the loss, as that of a converging run may, but of no equilibrium.
    expect(verdicts(0, -1).holds).toBe(true);
    expect(verdicts(1, -1).holds).toBe(false);
  });

  it('takes all weights of a converged run together', () => {
    // Curvatures 14 / 0.6 and 14 / 1.8 at a slope of 1 each: ratios 1.5 and 0.5, mean 1.
    const [found] = rows(sweep, [[0, balanceOf([balanced(0.6, 32), balanced(1.8)])]]);
    expect(found).toMatchObject({
      measured: expect.closeTo(1, 12),
      note: expect.stringMatching(/^2 points, 32 pairs/),
    });
  });

  it('takes those of the stationary part of an equilibrium', () => {
    // Falls to its level within the first 20 steps: those at step 4 do not count.
    const elr = 1.4 / SUM;
    const settling = run(
      elr,
      steps(
        (i) => 1 + 2 * Math.exp(-i / 3) + 0.1 * Math.sin(2.4 * i),
        () => 1,
        elr,
      ),
    );
    const [found] = rows([settling], [[0, balanceOf([exactPoint(1, 1000, 4), ...four(balanced(1.4))])]]);
    expect(found).toMatchObject({ measured: expect.closeTo(1, 12), note: '4 points, 32 pairs of batches each' });
  });

  it('is untested, with the reason, where it says nothing', () => {
    const uncertain = point({ slope: [1, 1], curvature: [1, 0] });
    const [noSlope] = rows(sweep, [[1, balanceOf(four(uncertain))]]);
    expect(noSlope).toMatchObject({
      holds: null,
      note: expect.stringMatching(/slope is not two standard errors above zero/),
    });
    const [others] = rows(sweep, [[1, balanceOf(four(balanced(1.4)), { othersTrained: true })]]);
    expect(others).toMatchObject({ holds: null, note: expect.stringMatching(/not scale-invariant are trained too/) });
    // Three points are too few, however certain each.
    const [few] = rows(sweep, [[1, balanceOf(four(balanced(1.4)).slice(1))]]);
    expect(few).toMatchObject({
      holds: null,
      note: 'weights kept at 3 points, at least 4 needed: --keep saves more of them',
    });
    // Ratios 0.1, 0.1, 0.1 and 3.7 at equal slopes: mean 1, error sqrt(3 x 0.9^2 + 2.7^2) / sqrt(12) = 0.9 of what may be 0.25.
    const elr = 1.4 / SUM;
    const scattered = [0.1, 0.1, 0.1, 3.7].map((ratio) => exactPoint(1, (2 * ratio) / elr));
    const [wide] = rows(sweep, [[1, balanceOf(scattered)]]);
    expect(wide).toMatchObject({
      measured: expect.closeTo(1, 12),
      measuredError: expect.closeTo(0.9, 12),
      holds: null,
    });
    expect(wide!.note).toMatch(/too uncertain: standard error 0.90 of what may be 0.25/);
    // At the end of a converged run one point is all there is: 0.64 +- 0.32 of what may be off by 0.25.
    const [end] = rows(sweep, [[0, balanceOf([point({ slope: [1, 0], curvature: [10, 5] })])]]);
    expect(end).toMatchObject({ holds: null, note: expect.stringMatching(/too uncertain/) });
  });

  it('is one row that nothing was measured of diverged runs, and without balances', () => {
    const unmeasured = [expect.objectContaining({ holds: null, note: expect.stringContaining('regimes balance') })];
    expect(rows(sweep, [[2, balanceOf([balanced(10)])]])).toEqual(unmeasured);
    expect(rows(sweep, [])).toEqual(unmeasured);
  });

  it('is untested where steps are not those of T4', () => {
    const withMomentum = sweep.map(({ manifest, ...rest }) => {
      const training = { ...manifest.configuration.training, momentum: 0.9 };
      return { ...rest, manifest: { ...manifest, configuration: { ...manifest.configuration, training } } };
    });
    const [found] = rows(withMomentum, [[1, balanceOf([balanced(1.4)])]]);
    expect(found).toMatchObject({ holds: null, note: expect.stringMatching(/momentum 0.9/) });
  });

  it('names the seed where several runs at an ELR were measured', () => {
    const seeds = [1, 2].map((seed) => {
      const { manifest, ...rest } = equilibriumRun(1.4);
      return {
        ...rest,
        directory: `seed-${seed}`,
        manifest: { ...manifest, configuration: { ...manifest.configuration, seed } },
      };
    });
    const both = rows(
      seeds,
      [0, 1].map((place) => [place, balanceOf([balanced(1.4)])]),
    );
    expect(both.map(({ name }) => name.split(', ').at(-1))).toEqual(['seed 1', 'seed 2']);
  });
});
