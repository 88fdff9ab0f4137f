import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, nextElrs } from '../../../src/regime/bisection.js';
import type { Regime } from '../../../src/regime/regime.js';
import { type JudgedRun, measureThresholds } from '../../../src/regime/thresholds.js';

type Answer = Regime | 'undecided';

/** A law of regimes: two thresholds, and zones of the ELR in which no run can be decided. */
interface Law {
  readonly convergence: number;
  readonly divergence: number;
  readonly zones: readonly (readonly [number, number])[];
}

const answer = ({ convergence, divergence, zones }: Law, elr: number): Answer => {
  if (zones.some(([low, high]) => elr >= low && elr <= high)) return 'undecided';
  if (elr <= convergence) return 'convergence';
  return elr < divergence ? 'chaotic equilibrium' : 'divergence';
};

/** More than any of these searches should take; a search that goes on for ever shows by it. */
const MOST = 200;

/** Follows the plan from these ELRs until it asks for nothing more. */
function search(start: readonly number[], factor: number, classify: (elr: number) => Answer): JudgedRun[] {
  const tried = start.map((elr): JudgedRun => ({ elr, regime: classify(elr) }));
  for (let i = 0; i < MOST; i += 1) {
    const wanted = nextElrs(tried, factor);
    if (wanted.length === 0) return tried.sort((a, b) => a.elr - b.elr);
    expect(wanted.length).toBeLessThanOrEqual(2);
    for (const elr of wanted) {
      expect(tried.map((run) => run.elr)).not.toContain(elr);
      expect(Number.isFinite(elr) && elr > 0).toBe(true);
      tried.push({ elr, regime: classify(elr) });
    }
  }
  throw new Error('the search does not end');
}

const elr = (from: number, to: number) =>
  fc.double({ min: Math.log(from), max: Math.log(to), noNaN: true }).map((value) => Math.exp(value));
const law = (zones: fc.Arbitrary<Law['zones']>): fc.Arbitrary<Law> =>
  fc
    .tuple(elr(1e-6, 1), elr(1, 1e3), zones)
    .map(([convergence, ratio, found]) => ({ convergence, divergence: convergence * ratio, zones: found }));
const zone = fc
  .tuple(elr(1e-6, 1e3), elr(1.01, 30))
  .map(([low, ratio]): readonly [number, number] => [low, low * ratio]);
const grids = fc
  .uniqueArray(elr(1e-5, 1e2), { minLength: 1, maxLength: 8 })
  .filter((values) => values.every((value) => value > 0));
const factors = fc.double({ min: 1.05, max: 10, noNaN: true });

describe('the plan of refinement', () => {
  it('brackets both thresholds of any law without undecided zones, within the factor', () => {
    fc.assert(
      fc.property(law(fc.constant([])), grids, factors, (given, grid, factor) => {
        const { convergence, divergence } = measureThresholds(search(grid, factor, (value) => answer(given, value)));
        expect(isWithin(convergence, factor)).toBe(true);
        expect(convergence.below!).toBeLessThanOrEqual(given.convergence);
        expect(convergence.above!).toBeGreaterThan(given.convergence);
        expect(isWithin(divergence, factor)).toBe(true);
        // A run at the threshold itself converges where both thresholds are one.
        expect(divergence.below!).toBeLessThanOrEqual(given.divergence);
        expect(divergence.above!).toBeGreaterThanOrEqual(given.divergence);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('ends with zones in which nothing can be decided, never with a threshold outside its bracket', () => {
    fc.assert(
      fc.property(law(fc.array(zone, { maxLength: 4 })), grids, factors, (given, grid, factor) => {
        const runs = search(grid, factor, (value) => answer(given, value));
        const { convergence, divergence } = measureThresholds(runs);
        for (const [bracket, threshold] of [
          [convergence, given.convergence],
          [divergence, given.divergence],
        ] as const) {
          if (bracket.below !== null) expect(bracket.below).toBeLessThanOrEqual(threshold);
          if (bracket.above !== null) expect(bracket.above).toBeGreaterThanOrEqual(threshold);
          if (bracket.below === null || bracket.above === null || isWithin(bracket, factor)) continue;
          // What keeps it wide is undecided: no two neighbours in it are farther apart than the root of the factor.
          const inside = runs.map((run) => run.elr).filter((e) => e >= bracket.below! && e <= bracket.above!);
          expect(inside.slice(1, -1)).toEqual(bracket.undecided);
          inside.slice(1).forEach((high, i) => {
            expect(high / inside[i]!).toBeLessThanOrEqual(Math.sqrt(factor) * (1 + 1e-12));
          });
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('passes a single ELR at which nothing can be decided', () => {
    fc.assert(
      fc.property(elr(1e-4, 1e-2), fc.double({ min: 1.3, max: 4, noNaN: true }), (threshold, factor) => {
        const law = { convergence: threshold, divergence: 1, zones: [[threshold, threshold]] as const };
        const { convergence } = measureThresholds(search([1e-5, 1e-1], factor, (value) => answer(law, value)));
        expect(isWithin(convergence, factor)).toBe(true);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('tries a quarter and three quarters where the middle cannot tell, and goes on with what was decided', () => {
    const runs: JudgedRun[] = [
      { elr: 1, regime: 'convergence' },
      { elr: 100, regime: 'undecided' },
      { elr: 1e4, regime: 'chaotic equilibrium' },
      { elr: 1.2e4, regime: 'divergence' },
    ];
    expect(nextElrs(runs, 1.5)).toEqual([10]);
    const lower: JudgedRun = { elr: 10, regime: 'undecided' };
    expect(nextElrs([...runs, lower], 1.5)).toEqual([1000]);
    expect(nextElrs([...runs, lower, { elr: 1000, regime: 'chaotic equilibrium' }], 1.5)).toEqual([3]);
    expect(nextElrs([...runs, { elr: 10, regime: 'convergence' }], 1.5)).toEqual([1000]);
  });

  it('does not tell seeds that disagree from runs that are undecided', () => {
    const members: JudgedRun['members'] & object = [{ regime: 'convergence' }, { regime: 'divergence' }];
    const ends: JudgedRun[] = [
      { elr: 1, regime: 'convergence' },
      { elr: 4, regime: 'divergence' },
    ];
    expect(nextElrs([...ends, { elr: 2, regime: 'undecided', members }], 1.5)).toEqual(
      nextElrs([...ends, { elr: 2, regime: 'undecided' }], 1.5),
    );
  });

  it.each<[string, JudgedRun[], number[]]>([
    ['below all that do not converge', [{ elr: 2e-3, regime: 'chaotic equilibrium' }], [2e-4, 2e-2]],
    ['above all that converge', [{ elr: 1e-3, regime: 'convergence' }], [1e-2]],
    ['below all that diverge', [{ elr: 1, regime: 'divergence' }], [0.1]],
    [
      'one undecided run farther',
      [
        { elr: 1e-4, regime: 'undecided' },
        { elr: 1e-3, regime: 'divergence' },
      ],
      [1e-5],
    ],
    [
      'not beyond two undecided runs, but between them',
      [
        { elr: 1e-6, regime: 'undecided' },
        { elr: 1e-5, regime: 'undecided' },
        { elr: 1e-3, regime: 'divergence' },
      ],
      [1e-4],
    ],
    [
      'and no more where these are near one another',
      [1, 3, 10, 30].map((value) => ({ elr: value, regime: value === 30 ? 'divergence' : 'undecided' })),
      [],
    ],
    ['nowhere where nothing is decided', [{ elr: 1, regime: 'undecided' }], []],
    ['nowhere without runs', [], []],
  ])('goes on outside: %s', (_, runs, expected) => {
    expect(nextElrs(runs, 1.5)).toEqual(expected);
  });

  it('asks for few digits, for more only where they are needed, and for nothing between neighbours', () => {
    const pair = (low: number, high: number): JudgedRun[] => [
      { elr: low, regime: 'convergence' },
      { elr: high, regime: 'divergence' },
    ];
    expect(nextElrs(pair(1e-3, 1e-2), 1.5)).toEqual([3e-3]);
    expect(nextElrs(pair(1e-3, 2e-3), 1.5)).toEqual([1.4e-3]);
    expect(nextElrs(pair(1, 1.01), 1.001)).toEqual([1.005]);
    expect(nextElrs(pair(1e-3, 1.5e-3), 1.5)).toEqual([]);
    expect(nextElrs(pair(1, 1 + Number.EPSILON), 1 + Number.EPSILON / 2)).toEqual([]);
    expect(nextElrs(pair(1e300, 1e304), 1.5)).toEqual([1e302]);
  });

  it('asks for more at once where that is wanted: what would be next if the first could not be decided', () => {
    const coarse: JudgedRun[] = [
      { elr: 1e-4, regime: 'convergence' },
      { elr: 5e-4, regime: 'convergence' },
      { elr: 2e-3, regime: 'chaotic equilibrium' },
      { elr: 8e-3, regime: 'chaotic equilibrium' },
      { elr: 3.2e-2, regime: 'divergence' },
    ];
    expect(nextElrs(coarse, 1.5)).toEqual([1e-3, 1.6e-2]);
    expect(nextElrs(coarse, 1.5, { atOnce: 2 })).toEqual([1e-3, 1.6e-2]);
    // Then in the halves of both gaps, those of convergence first.
    expect(nextElrs(coarse, 1.5, { atOnce: 3 })).toEqual([1e-3, 1.6e-2, 7e-4]);
    const middle: JudgedRun[] = [
      ...coarse,
      { elr: 1e-3, regime: 'undecided' },
      { elr: 1.6e-2, regime: 'chaotic equilibrium' },
      { elr: 2.3e-2, regime: 'chaotic equilibrium' },
    ];
    expect(nextElrs(middle, 1.5)).toEqual([7e-4]);
    expect(nextElrs(middle, 1.5, { atOnce: 2 })).toEqual([7e-4, 1.4e-3]);
    const narrow = middle.map((run): JudgedRun => (run.elr === 1e-3 ? { ...run, regime: 'convergence' } : run));
    expect(nextElrs([...narrow, { elr: 1.4e-3, regime: 'convergence' }], 1.5, { atOnce: 5 })).toEqual([]);
  });

  it('does not depend on the order in which runs are given', () => {
    fc.assert(
      fc.property(law(fc.array(zone, { maxLength: 2 })), grids, factors, (given, grid, factor) => {
        const runs = grid.map((value): JudgedRun => ({ elr: value, regime: answer(given, value) }));
        expect(nextElrs(runs.toReversed(), factor)).toEqual(nextElrs(runs, factor));
      }),
      { seed: 6, numRuns: 100 },
    );
  });
});
