import { describe, expect, it } from 'vitest';
import {
  equilibriumSharesOf,
  type FrozenExperiment,
  firstToLeave,
  frozenSharesPredictions,
} from '../../../src/experiments/frozen-shares.js';
import { measureRun } from '../../../src/regime/analyse.js';
import { convergingRun, equilibriumRun } from '../verify/toy-sweep.js';

// alpha = (1, 2, 4): alpha_i / S.
const EQUILIBRIUM = [1 / 7, 2 / 7, 4 / 7];
const EQUAL = [1 / 3, 1 / 3, 1 / 3];
const around = (centre: number, factor = 1.2) => ({ below: centre / factor, above: centre * factor });

const experiment = (
  initial: number,
  equilibrium: number,
  change: Partial<FrozenExperiment> = {},
): FrozenExperiment => ({
  joint: around(1e-3),
  equilibrium: { elr: 1.5e-3, shares: EQUILIBRIUM, errors: [0.001, 0.001, 0.001] },
  arms: [
    { label: 'initial', shares: EQUAL, convergence: around(initial) },
    { label: 'equilibrium', shares: EQUILIBRIUM, convergence: around(equilibrium) },
  ],
  ...change,
});

describe('frozen shares', () => {
  it('lose the group first whose share is smallest against alpha_i / S', () => {
    // (1/3) / (4/7) = 7/12.
    expect(firstToLeave(EQUAL, EQUILIBRIUM)).toEqual({ group: 2, ratio: expect.closeTo(7 / 12, 12) });
    expect(firstToLeave(EQUILIBRIUM, EQUILIBRIUM)).toEqual({ group: 0, ratio: 1 });
  });

  it('have the alpha_i / S that the first equilibrium above the threshold shows', () => {
    const runs = [convergingRun(0.5), equilibriumRun(1.2), equilibriumRun(1.5)].map((run) => measureRun(run));
    const found = equilibriumSharesOf(runs)!;
    expect(found.elr).toBeCloseTo(1.2 / 7, 12);
    expect(found.shares).toEqual(EQUILIBRIUM.map((share) => expect.closeTo(share, 12)));
    for (const error of found.errors) expect(error).toBeCloseTo(0, 12);
    expect(equilibriumSharesOf([measureRun(convergingRun(0.5))])).toBeUndefined();
  });

  it('know them as well as the shares of the run agree, where it still drifts', () => {
    const run = { ...measureRun(equilibriumRun(1.2)), stationary: null, errors: null, shares: [0.2, 0.3, 0.5] };
    expect(equilibriumSharesOf([run])!.errors).toEqual(
      [0.2 - 1 / 7, 0.3 - 2 / 7, 4 / 7 - 0.5].map((gap) => expect.closeTo(gap, 12)),
    );
  });

  it('stop converging where T7 says: each at its fraction of the joint threshold', () => {
    const rows = frozenSharesPredictions(experiment((7 / 12) * 1e-3, 1e-3));
    expect(rows.map(({ predicted, holds }) => [predicted, holds])).toEqual([
      [expect.closeTo((7 / 12) * 1e-3, 12), true],
      [expect.closeTo(1e-3, 12), true],
      ['no later', true],
    ]);
    // A bracket of x 1.2 about 7/12 of the other lies wholly below it; one about 0.8 does not.
    expect(frozenSharesPredictions(experiment(0.8e-3, 1e-3))[2]!.holds).toBeNull();
    // The joint bracket is 2 ln 1.2 / sqrt 12 wide, the share is known to 0.001 of 4/7.
    const relative = Math.hypot((2 * Math.log(1.2)) / Math.sqrt(12), 0.001 / (4 / 7));
    expect(rows[0]!.predictedError).toBeCloseTo((7 / 12) * 1e-3 * relative, 12);
  });

  it('fail where they do not', () => {
    const [initial, equilibrium, order] = frozenSharesPredictions(experiment(3e-3, 1e-3));
    expect([initial!.holds, equilibrium!.holds, order!.holds]).toEqual([false, true, false]);
    expect(frozenSharesPredictions(experiment((7 / 12) * 1e-3, 0.3e-3))[1]!.holds).toBe(false);
  });

  it('are untested where a threshold is open, but for an order that is certain all the same', () => {
    const open = { below: null, above: 0.5e-3 };
    const [arm, , order] = frozenSharesPredictions(
      experiment(1, 1e-3, {
        arms: [
          { label: 'initial', shares: EQUAL, convergence: open },
          { label: 'equilibrium', shares: EQUILIBRIUM, convergence: around(1e-3) },
        ],
      }),
    );
    expect([arm!.holds, order!.holds]).toEqual([null, true]);
    const unknown = frozenSharesPredictions(experiment(1e-3, 1e-3, { joint: open }));
    expect(unknown.map(({ holds }) => holds)).toEqual([null, null, null]);
    const nothing = { below: null, above: null };
    const arms = experiment(1, 1).arms.map((each) => ({ ...each, convergence: nothing }));
    expect(frozenSharesPredictions(experiment(1, 1, { arms })).map(({ holds }) => holds)).toEqual([null, null, null]);
  });
});
