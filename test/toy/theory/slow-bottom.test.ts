import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean } from '../../../src/numerics/means.js';
import { randomSource } from '../../../src/numerics/random.js';
import { meanWithError } from '../../../src/numerics/statistics/mean-error.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { walkInValley } from '../../../toy/dynamics/widening-valley.js';
import {
  modeFloor,
  movedInValley,
  noisePotential,
  settledInValley,
  valleyHead,
} from '../../../toy/theory/slow-bottom.js';

const VALLEY = { rise: 1e-3, curvature: 0.6, noise: 4e-3 };
const constant = (elr: number, steps: number) => new Array<number>(steps).fill(elr);
const valleys = fc.record({
  rise: fc.double({ min: 1e-4, max: 1, noNaN: true }),
  curvature: fc.double({ min: 1e-3, max: 1, noNaN: true }),
  noise: fc.double({ min: 1e-4, max: 1, noNaN: true }),
});
const elrs = fc.double({ min: 1e-3, max: 1.9, noNaN: true });

describe('the height at which noise holds one mode (T15)', () => {
  it('is the stationary variance of x -> (1 - elr h) x - elr noise, and elr E|g|^2 / 4', () => {
    fc.assert(
      fc.property(elrs, fc.double({ min: 0.01, max: 1, noNaN: true }), (elr, h) => {
        const variance = elr ** 2 / (1 - (1 - elr * h) ** 2);
        const floor = modeFloor(elr, h, 1);
        // Rounding of 1 - (1 - elr h)^2, which cancels to 1e-5 of its terms at most.
        expect((h * variance) / 2 / floor).toBeCloseTo(1, 9);
        expect((elr * (h * h * variance + 1)) / 4 / floor).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('where a run settles in a valley that widens (T15)', () => {
  it('is where the pull of the noise holds the slope of the bottom, the minimum of b s^2/2 + (elr C/4) log(h / (2 - elr h))', () => {
    fc.assert(
      fc.property(valleys, elrs, (valley, elr) => {
        const { along, bottom, height, curvature } = settledInValley(valley, elr);
        const potential = (s: number) => {
          // The logarithm of h itself, since e^-s underflows where the valley is wide.
          const logarithm = Math.log(valley.curvature) - s - Math.log(2 - elr * valley.curvature * Math.exp(-s));
          return (valley.rise * s * s) / 2 + ((elr * valley.noise) / 4) * logarithm;
        };
        const scale = Math.max(1, along);
        // A minimum: higher at both sides, by more than rounding of the sum.
        for (const s of [along - 0.01 * scale, along + 0.01 * scale]) {
          const rounding = 1e-14 * Math.abs(potential(s));
          expect(potential(s) - potential(along)).toBeGreaterThan(-rounding);
        }
        expect(valley.rise * along).toBeCloseTo(height, 9);
        expect(bottom).toBe((valley.rise * along ** 2) / 2);
        expect(curvature).toBe(valley.curvature * Math.exp(-along));
      }),
    );
  });

  it('has a higher bottom and is wider at a larger ELR, for every valley', () => {
    fc.assert(
      fc.property(valleys, elrs, fc.double({ min: 1.01, max: 10, noNaN: true }), (valley, elr, factor) => {
        fc.pre(elr * factor * valley.curvature < 1.9);
        const [low, high] = [elr, elr * factor].map((at) => settledInValley(valley, at)) as [
          ReturnType<typeof settledInValley>,
          ReturnType<typeof settledInValley>,
        ];
        expect(high.bottom).toBeGreaterThan(low.bottom);
        // s itself, since h = h_0 e^-s underflows where the valley is wide.
        expect(high.along).toBeGreaterThan(low.along);
      }),
    );
  });

  it('is s = elr C / (4 b) for small elr h', () => {
    const { along } = settledInValley({ rise: 1, curvature: 1e-9, noise: 2 }, 0.5);
    expect(along).toBeCloseTo(0.25, 9);
  });

  it('is what simulated runs do on average', () => {
    const random = randomSource(5);
    const start = walkInValley({ x: 0, s: 1 }, constant(1, 5000), { valley: VALLEY, random });
    let point = start.end;
    const places: number[] = [];
    for (let i = 0; i < 60_000; i += 1) {
      point = walkInValley(point, [1], { valley: VALLEY, random }).end;
      places.push(point.s);
    }
    const { mean: measured, error } = meanWithError(places);
    // Four standard errors, and the order b / h of what the slow change of s adds.
    expect(Math.abs(measured - settledInValley(VALLEY, 1).along)).toBeLessThan(
      4 * error + VALLEY.rise / VALLEY.curvature,
    );
    expect(error).toBeLessThan(0.02);
  });

  it('refuses an ELR at which the narrowest place is unstable', () => {
    expect(() => settledInValley(VALLEY, 2 / 0.6)).toThrow(UsageError);
    expect(() => movedInValley(VALLEY, valleyHead(VALLEY), [1, 4])).toThrow(/allowed: below 2/);
  });
});

describe('batches of several sizes in any valley (T16)', () => {
  /** A place: its bottom, its curvature, and the variance of the gradient of one image there. */
  interface Place {
    readonly bottom: number;
    readonly curvature: number;
    readonly noise: number;
  }
  const some = fc.double({ min: 1e-3, max: 3, noNaN: true });
  /** Bottoms and curvatures without any order, and constant noise. */
  const anyValley = fc
    .tuple(fc.array(fc.tuple(some, some), { minLength: 2, maxLength: 30 }), some)
    .map(([places, noise]) => places.map(([bottom, curvature]): Place => ({ bottom, curvature, noise })));
  /** The lowest minimum of U, by trying every place. */
  const settled = (valley: readonly Place[], elr: number, batch: number): Place => {
    const potential = ({ bottom, curvature, noise }: Place) => bottom + noisePotential(elr, curvature, noise / batch);
    return valley.reduce((best, place) => (potential(place) < potential(best) ? place : best));
  };
  /** Rounding of U may decide between places of equal U; then they are as good as equal. */
  const ROUNDING = 1e-9;
  const grid = fc.record({
    elr: fc.double({ min: 1e-3, max: 0.5, noNaN: true }),
    factor: fc.double({ min: 1.01, max: 50, noNaN: true }),
  });

  it('adds to the bottom a potential whose slope in log h is the floor, infinite where steps are unstable', () => {
    fc.assert(
      fc.property(elrs, fc.double({ min: 0.01, max: 1, noNaN: true }), (elr, h) => {
        const at = (factor: number) => noisePotential(elr, h * factor, 3);
        const step = 1e-5;
        // Central differences are off by step^2 times the third derivative, which is large near the limit of stability only.
        fc.pre(elr * h < 1.8);
        const slope = (at(Math.exp(step)) - at(Math.exp(-step))) / (2 * step);
        expect(slope / modeFloor(elr, h, 3)).toBeCloseTo(1, 4);
      }),
    );
    expect(noisePotential(1, 2, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  it('bound the bottom of larger batches: from above at the same ELR, from below at the same ELR / batch', () => {
    fc.assert(
      fc.property(anyValley, grid, (valley, { elr, factor }) => {
        fc.pre(valley.some(({ curvature }) => elr * factor * curvature < 2));
        const larger = settled(valley, elr * factor, factor);
        const [hot, fast] = [settled(valley, elr, 1), settled(valley, elr * factor, 1)];
        expect(larger.bottom).toBeGreaterThanOrEqual(hot.bottom - ROUNDING);
        expect(larger.curvature).toBeLessThanOrEqual(hot.curvature + ROUNDING);
        expect(larger.bottom).toBeLessThanOrEqual(fast.bottom + ROUNDING);
        expect(larger.curvature).toBeGreaterThanOrEqual(fast.curvature - ROUNDING);
      }),
    );
  });

  it('bound it where the noise depends on the place, too, along a valley that only widens', () => {
    const along = fc.array(fc.record({ bottom: some, narrower: some, noise: some }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(along, grid, (steps, { elr, factor }) => {
        // From the wide end on: h and C_1 between neighbouring places, where the force is tau C_1 / (2 h (2 - elr h)) a unit of h.
        let h = 0.01;
        const places = steps.map(({ bottom, narrower, noise }) => {
          const [from, to] = [h, h + narrower];
          h = to;
          return { bottom, noise, curvature: to, middle: (from + to) / 2, width: narrower };
        });
        const settledAlong = (at: number, batch: number): number => {
          let pull = 0;
          const potentials = places.map(({ bottom, noise, curvature, middle, width }) => {
            pull += (width * at * noise) / batch / (2 * middle * (2 - at * middle));
            return at * curvature < 2 ? bottom + pull : Number.POSITIVE_INFINITY;
          });
          return potentials.indexOf(Math.min(...potentials));
        };
        fc.pre(elr * factor * places[0]!.curvature < 2);
        const [larger, hot, fast] = [
          settledAlong(elr * factor, factor),
          settledAlong(elr, 1),
          settledAlong(elr * factor, 1),
        ];
        expect([fast, larger, hot]).toEqual([fast, larger, hot].sort((a, b) => a - b));
        expect(places[larger]!.bottom).toBeGreaterThanOrEqual(places[hot]!.bottom - ROUNDING);
        expect(places[larger]!.bottom).toBeLessThanOrEqual(places[fast]!.bottom + ROUNDING);
      }),
    );
  });

  it('are the same at the same ELR / batch where steps are small', () => {
    const valley = { rise: 0.3, curvature: 0.5 };
    const at = (elr: number, batch: number) => settledInValley({ ...valley, noise: 2 / batch }, elr);
    const [small, large] = [at(1e-4, 1e-4), at(4e-4, 4e-4)];
    // To first order in elr h, here 2e-4 at most.
    for (const name of ['along', 'bottom', 'height'] as const) expect(large[name] / small[name]).toBeCloseTo(1, 3);
    expect(large.bottom).toBeGreaterThan(small.bottom);
    expect(at(1e-4, 4e-4).bottom).toBeLessThan(0.1 * small.bottom);
  });

  it('exceed their limit in force and floor by 1 / (1 - s), s the signal share elr h / 2', () => {
    fc.assert(
      fc.property(elrs, fc.double({ min: 0.01, max: 1, noNaN: true }), (elr, h) => {
        // E[x^2] of x -> (1 - elr h) x - elr noise, of variance 1.
        const square = elr ** 2 / (1 - (1 - elr * h) ** 2);
        const signal = (h * h * square) / (h * h * square + 1);
        expect(signal / ((elr * h) / 2)).toBeCloseTo(1, 9);
        expect(modeFloor(elr, h, 1) / (elr / 4 / (1 - signal))).toBeCloseTo(1, 9);
      }),
    );
  });

  it('need not keep the lower bound in valleys of two modes, as the example of the theory shows', () => {
    const places = [
      { bottom: 1, curvatures: [1.8, 0.1] },
      { bottom: 0, curvatures: [0.9, 0.9] },
    ];
    const bottom = (elr: number): number => {
      // C_i = 4 b / elr, so that elr C_i / (4 b) is 1.
      const potentials = places.map((place) =>
        place.curvatures.reduce((sum, h) => sum + noisePotential(elr, h, 4 / elr), place.bottom),
      );
      return places[potentials.indexOf(Math.min(...potentials))]!.bottom;
    };
    expect([bottom(1e-6), bottom(1)]).toEqual([1, 0]);
  });
});

describe('where a run moves in it (T15)', () => {
  it('ends where it settles, from either side', () => {
    const settled = settledInValley(VALLEY, 1);
    const wide = { ...valleyHead(VALLEY), along: 3, curvature: VALLEY.curvature * Math.exp(-3) };
    for (const from of [valleyHead(VALLEY), wide])
      expect(movedInValley(VALLEY, from, constant(1, 20_000)).along).toBeCloseTo(settled.along, 4);
  });

  it('stays where it is without a step, and falls to the head without noise', () => {
    const from = settledInValley(VALLEY, 1);
    expect(movedInValley(VALLEY, from, [])).toBe(from);
    const still = movedInValley({ ...VALLEY, noise: 0 }, { ...from, height: 0 }, constant(1, 1000));
    // s falls by a factor 1 - elr b in each step.
    expect(still.along / from.along).toBeCloseTo((1 - VALLEY.rise) ** 1000, 12);
    expect(still.height).toBe(0);
  });

  it('is what simulated runs do on average while the ELR falls', () => {
    const falling = Array.from({ length: 800 }, (_, i) => 1 - i / 800);
    const from = settledInValley(VALLEY, 1);
    const runs = Array.from({ length: 60 }, (_, seed) => {
      const random = randomSource(seed, 3);
      const settled = walkInValley({ x: 0, s: from.along }, constant(1, 200), { valley: VALLEY, random }).end;
      return walkInValley({ x: settled.x, s: from.along }, falling, { valley: VALLEY, random }).end.s;
    });
    const expected = movedInValley(VALLEY, from, falling).along;
    const scatter = Math.sqrt(mean(runs.map((s) => (s - expected) ** 2)) / runs.length);
    expect(Math.abs(mean(runs) - expected)).toBeLessThan(4 * scatter);
    expect(from.along - expected).toBeGreaterThan(10 * scatter);
  });
});

describe('a valley that does not widen', () => {
  it('has the same order of bottoms where one of its modes outlasts annealing', () => {
    // So steep along that s stays at 0: what is left is one mode of fixed curvature with noise of its own.
    const fixed = { rise: 0.5, curvature: 0.003, noise: 1e-6 };
    const annealed = (place: ReturnType<typeof valleyHead>, elr: number): number => {
      const falling = Array.from({ length: 525 }, (_, step) => elr * Math.max(1e-3, 1 - step / 400));
      return movedInValley(fixed, place, falling).height;
    };
    const first = movedInValley(fixed, valleyHead(fixed), constant(1, 3000));
    const longer = movedInValley(fixed, first, constant(1, 1200));
    const cooler = movedInValley(fixed, first, constant(0.25, 1200));
    const back = movedInValley(fixed, cooler, constant(1, 1200));
    const bottom = annealed(first, 1);
    expect(bottom / first.height).toBeCloseTo(0.71, 2);
    // 1200 steps at the first ELR forget by exp(-2 x 3.6): 7e-4.
    expect(annealed(longer, 1) / bottom).toBeCloseTo(1, 3);
    expect(annealed(cooler, 0.25) / bottom).toBeCloseTo(0.45, 2);
    expect(annealed(back, 1) / bottom).toBeCloseTo(1, 2);
    // By hand: what is off the level of the lower ELR, a quarter of the first, falls by (1 - elr h)^2 a step.
    expect(cooler.height / first.height).toBeCloseTo(0.25 + 0.75 * (1 - 0.003 / 4) ** 2400, 3);
    expect(Math.max(first.along, cooler.along)).toBeLessThan(1e-6);
  });
});
