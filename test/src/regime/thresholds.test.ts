import { describe, expect, it } from 'vitest';
import type { MeasuredRun } from '../../../src/regime/analyse.js';
import { bracketCentre, measureThresholds } from '../../../src/regime/thresholds.js';

describe('thresholds', () => {
  const C = 'convergence';
  const E = 'chaotic equilibrium';
  const D = 'divergence';
  const U = 'undecided';
  /** ELRs 1, 2, 3 ... with these regimes. */
  const thresholds = (...regimes: MeasuredRun['regime'][]) =>
    measureThresholds(regimes.map((regime, i) => ({ elr: i + 1, regime }) as MeasuredRun));

  it.each<[MeasuredRun['regime'][], [number | null, number | null], [number | null, number | null]]>([
    [
      [C, C, E, E, D],
      [2, 3],
      [4, 5],
    ],
    [
      [C, U, U, E, U, D],
      [1, 4],
      [4, 6],
    ],
    [
      [U, C, E, D, U],
      [2, 3],
      [3, 4],
    ],
    [
      [C, D],
      [1, 2],
      [1, 2],
    ],
    [
      [E, D],
      [null, 1],
      [1, 2],
    ],
    [
      [C, C],
      [2, null],
      [2, null],
    ],
    [
      [D, D],
      [null, 1],
      [null, 1],
    ],
    [[E], [null, 1], [1, null]],
    [
      [U, U],
      [null, null],
      [null, null],
    ],
    [[], [null, null], [null, null]],
    // Where the order is broken, the last run of a regime counts.
    [
      [C, E, C, E, D, E, D],
      [3, 4],
      [6, 7],
    ],
  ])('of %j', (regimes, convergence, divergence) => {
    const bracket = ([below, above]: [number | null, number | null]) => {
      const undecided = regimes
        .map((regime, i) => (regime === U && i + 1 > (below ?? 0) && i + 1 < (above ?? 100) ? i + 1 : 0))
        .filter((elr) => elr > 0);
      return { below, above, ...(undecided.length > 0 && { undecided }) };
    };
    expect(thresholds(...regimes)).toEqual({ convergence: bracket(convergence), divergence: bracket(divergence) });
  });

  it('name undecided ELRs between their sides, those of runs that are still going excepted', () => {
    const runs = [C, U, U, E].map((regime, i) => ({ elr: i + 1, regime, status: i === 1 ? 'running' : 'finished' }));
    expect(measureThresholds(runs as MeasuredRun[]).convergence).toEqual({ below: 1, above: 4, undecided: [3] });
  });

  it('have a centre on the logarithmic axis where both sides were seen', () => {
    expect(bracketCentre({ below: 1e-3, above: 1e-1 })).toBeCloseTo(1e-2, 14);
    expect(bracketCentre({ below: null, above: 1 })).toBeUndefined();
    expect(bracketCentre({ below: 1, above: null })).toBeUndefined();
  });
});
