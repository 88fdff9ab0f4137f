import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  curveElrs,
  divergenceBracket,
  elrsWorthRunning,
  FIRST_SCOUTS,
  nextScout,
  probeElrs,
  probeLengths,
  type RelativeLevel,
  scoutLengths,
  someLearn,
} from '../../../src/forecast/protocol.js';

/** Everything scouted, by rising ELR, of a network whose level is a function of the ELR. */
function scouted(levelAt: (elr: number) => number, tolerance = 0.4): RelativeLevel[] {
  const levels = FIRST_SCOUTS.map((elr) => ({ elr, level: levelAt(elr) }));
  for (let i = 0; i < 60; i += 1) {
    const next = nextScout(levels, tolerance);
    if (next === undefined) return levels;
    expect(levels.some(({ elr }) => elr === next)).toBe(false);
    levels.push({ elr: next, level: levelAt(next) });
    levels.sort((a, b) => a.elr - b.elr);
  }
  throw new Error('scouting does not end');
}

const stepAt = (limit: number) => (elr: number) => (elr < limit ? 0.2 : 0.9);

describe('scouting for divergence', () => {
  it('brackets it within a factor 1.5 wherever it is, with few runs', () => {
    fc.assert(
      fc.property(fc.double({ min: -4.9, max: 3.5, noNaN: true }), (logarithm) => {
        const limit = 10 ** logarithm;
        const levels = scouted(stepAt(limit));
        const { below, above } = divergenceBracket(levels, 0.4);
        expect(below! < limit && limit <= above!).toBe(true);
        // Bisection rounds to three digits.
        expect(above! / below!).toBeLessThan(1.51);
        expect(levels.length).toBeLessThan(FIRST_SCOUTS.length + 10);
      }),
    );
  });

  it('starts where the loss is lowest: tiny ELRs have not left their start', () => {
    const levels = scouted((elr) => (elr < 1e-4 ? 0.9 : stepAt(0.05)(elr)));
    expect(divergenceBracket(levels, 0.4).above!).toBeGreaterThanOrEqual(0.05);
    expect(divergenceBracket(levels, 0.4).below!).toBeLessThan(0.05);
  });

  it('stops at the first rise: far beyond it a run may dip below the level again', () => {
    const levels = [0.01, 0.1, 1, 10].map((elr, i) => ({ elr, level: [0.2, 0.7, 0.5, 0.8][i]! }));
    expect(divergenceBracket(levels, 0.4)).toEqual({ below: 0.01, above: 0.1 });
  });

  it('takes a loss that is not a number for divergence, and exactly the border too', () => {
    const levels = [1, 2, 3].map((elr, i) => ({ elr, level: [0.2, 0.6, Number.NaN][i]! }));
    expect(divergenceBracket(levels, 0.4)).toEqual({ below: 1, above: 2 });
    expect(divergenceBracket([levels[0]!, levels[2]!], 0.4)).toEqual({ below: 1, above: 3 });
  });

  it('gives up where nothing diverges, and where nothing has learnt: smaller ELRs learn no faster', () => {
    const calm = scouted(() => 0.1);
    expect(divergenceBracket(calm, 0.4)).toEqual({ below: 1e4, above: null });
    const wild = scouted(() => 1);
    expect(wild.length).toBe(FIRST_SCOUTS.length);
    expect(divergenceBracket(wild, 0.4)).toEqual({ below: null, above: 1e-5 });
    expect(someLearn(wild, 0.4)).toBe(false);
    expect(someLearn(calm, 0.4)).toBe(true);
    expect(someLearn(scouted(stepAt(0.02)), 0.4)).toBe(true);
    expect(divergenceBracket([], 0.4)).toEqual({ below: null, above: null });
  });
});

describe('the protocol of a probe', () => {
  it('takes a fortieth and an eighth of the steps, and no more steps than the sweep', () => {
    expect(probeLengths(4000)).toEqual({ scout: 100, probe: 500 });
    expect(probeLengths(960)).toEqual({ scout: 64, probe: 250 });
    expect(probeLengths(100)).toEqual({ scout: 64, probe: 100 });
    expect(probeLengths(1)).toEqual({ scout: 1, probe: 1 });
  });

  it('makes scouts longer by factors of 2 up to the steps of a run', () => {
    expect(scoutLengths(300)).toEqual([64, 128, 256, 300]);
    expect(scoutLengths(4000)).toEqual([100, 200, 400, 800, 1600, 3200, 4000]);
    expect(scoutLengths(40)).toEqual([40]);
  });

  it('looks at six ELRs below divergence, the curve at the four next to it', () => {
    expect(probeElrs(0.16)).toEqual([6.25e-4, 0.0025, 0.01, 0.02, 0.04, 0.08]);
    expect(curveElrs(0.16)).toEqual([0.01, 0.02, 0.04, 0.08]);
  });
});

describe('the ELRs worth running', () => {
  const thresholds = fc.tuple(
    fc.double({ min: -6, max: 0, noNaN: true }),
    fc.double({ min: 0.2, max: 3, noNaN: true }),
  );

  it('bracket either threshold within a factor 1.6, reach far beyond both and are few', () => {
    fc.assert(
      fc.property(thresholds, ([logarithm, decades]) => {
        const [first, second] = [10 ** logarithm, 10 ** (logarithm + decades)];
        const elrs = elrsWorthRunning(first, second);
        expect(elrs).toEqual([...new Set(elrs)].sort((a, b) => a - b));
        expect(elrs.length).toBeLessThan(28);
        expect(elrs[0]! <= first / 20 && elrs.at(-1)! >= 20 * second).toBe(true);
        for (const threshold of [first, second]) {
          const above = elrs.find((elr) => elr >= threshold)!;
          const below = elrs.findLast((elr) => elr <= threshold)!;
          // 1.5, and two digits are good to 5% at either end.
          expect(above / below).toBeLessThan(1.66);
        }
      }),
    );
  });

  it('take thresholds in the wrong order for one', () => {
    expect(elrsWorthRunning(1, 0.1)).toEqual(elrsWorthRunning(0.1, 0.1));
  });
});
