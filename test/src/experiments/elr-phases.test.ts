import { describe, expect, it } from 'vitest';
import { elrPhases, placeOf } from '../../../src/experiments/elr-phases.js';
import type { Thresholds } from '../../../src/regime/thresholds.js';
import { columnsOf } from '../../../src/run/collect-steps.js';

const thresholds: Thresholds = { convergence: { below: 1, above: 2 }, divergence: { below: 8, above: 16 } };

/** Steps at these ELRs with EGN 2 and these losses: the noise floor of a step is ELR 2^2 / 4, its ELR. */
const stepsAt = (elrs: readonly number[], losses: readonly number[] = elrs) =>
  columnsOf(
    elrs.map((elr, step) => ({
      ...{ step, elr, loss: losses[step]!, accuracy: 0.5, egn: 2, ess: 2 * elr, norm: 1, groups: [] },
    })),
  );

describe('the place of an ELR', () => {
  it('is a regime outside of the brackets, and two of them inside', () => {
    const elrs = [0.5, 1, 1.5, 2, 8, 9, 16, 50];
    expect(elrs.map((elr) => placeOf(elr, thresholds))).toEqual([
      ...['regime 1', 'regime 1', 'regime 1 or 2', 'regime 2', 'regime 2', 'regime 2 or 3', 'regime 3', 'regime 3'],
    ]);
  });

  it('is unknown beyond a threshold that was not seen', () => {
    const open: Thresholds = { convergence: { below: null, above: 2 }, divergence: { below: 8, above: null } };
    expect([1, 3, 9].map((elr) => placeOf(elr, open))).toEqual(['regime 1 or 2', 'regime 2', 'unknown']);
    const none: Thresholds = { convergence: { below: null, above: null }, divergence: { below: null, above: null } };
    expect(placeOf(1, none)).toBe('unknown');
    expect(placeOf(1, { ...none, convergence: { below: 1, above: null } })).toBe('regime 1');
    expect(placeOf(2, { ...none, convergence: { below: 1, above: null } })).toBe('unknown');
  });
});

describe('phases of a run', () => {
  it('join pieces in one place, with the geometric mean of the ELR in the first and in the last', () => {
    const steps = stepsAt([4, 9, 5, 5, 2, 2, 0.5, 0.5, 9], [1, 1, 2, 2, 3, 5, 6, 8, 0]);
    const [first, second, ...others] = elrPhases(steps, { thresholds, piece: 2 });
    expect(others).toEqual([]);
    expect(first).toMatchObject({ place: 'regime 2', from: 0, to: 6, elrs: [expect.closeTo(6, 12), 2], loss: 4 });
    // Floors 4, 9, 5, 5, 2, 2 over losses 1, 1, 2, 2, 3, 5.
    expect(first!.noiseShare).toBeCloseTo(27 / 14, 12);
    expect(second).toMatchObject({ place: 'regime 1', from: 6, to: 8, loss: 7 });
  });

  it('count ELRs with momentum by how far its steps go, and a run shorter than a piece as one', () => {
    const [only, ...others] = elrPhases(stepsAt([0.5, 0.5, 0.5]), { thresholds, piece: 10, momentum: 0.9 });
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      place: 'regime 2',
      from: 0,
      to: 3,
      elrs: [expect.closeTo(5, 12), expect.closeTo(5, 12)],
    });
  });
});
