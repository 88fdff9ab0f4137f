import { describe, expect, it } from 'vitest';
import { impliedSignal, measureMomentum, momentumRows, summariseMomentum } from '../../../src/experiments/momentum.js';

const NAMED = { of: 'network', label: 'sphere-momentum', words: 'ELR 1', momentum: 0.9 } as const;
const alternating = (centre: number, by: number, count = 400): number[] =>
  Array.from({ length: count }, (_, i) => centre + (i % 2 === 0 ? by : -by));
const series = (exact: number, naive: number) => ({
  losses: alternating(2, 0.01),
  velocityFloors: alternating(exact, 0.001),
  floors: alternating(naive, 0.001),
  annealedLosses: alternating(1, 0.01, 40),
});

describe('momentum and the noise floor', () => {
  it('compares what was lost with both floors', () => {
    const rate = measureMomentum(NAMED, [series(1, 2), series(1, 2)]);
    expect(rate.exact.lost.mean).toBeCloseTo(1, 10);
    expect(rate.exact.ratio.mean).toBeCloseTo(1, 10);
    expect(rate.naive.ratio.mean).toBeCloseTo(0.5, 10);
    expect(summariseMomentum([rate]).exact).toBeCloseTo(0, 10);
    expect(summariseMomentum([rate]).naive).toBeCloseTo(Math.log(2), 10);
    const rows = momentumRows(rate);
    expect(rows.map(({ name, holds }) => [name, holds])).toEqual([
      ['loss lost by annealing, sphere-momentum, ELR 1', true],
      ['loss lost by annealing, sphere-momentum, ELR 1, by 1 / (1 - beta) alone', false],
    ]);
  });

  it('has one row without momentum, whose floors are the same', () => {
    const rate = measureMomentum({ ...NAMED, momentum: 0 }, [series(1, 1)]);
    expect(momentumRows(rate)).toHaveLength(1);
    expect(impliedSignal(rate)).toBeNaN();
    expect(summariseMomentum([rate]).exact).toBeNaN();
  });

  it('reads the signal share off both floors: one mode with white noise, by hand', () => {
    // beta = 0.9, elr h = 0.2: the naive floor is 1 + 0.2 x 0.9 / 0.19 times the exact one, and E h^2 x^2 / E g^2 is
    // 2 h (F - F*) / E g^2, F - F* = elr E g^2 / (4 x 0.1) / 1.947.
    const factor = 1 + (0.2 * 0.9) / 0.19;
    const rate = measureMomentum(NAMED, [series(1 / factor, 1)]);
    expect(impliedSignal(rate)).toBeCloseTo((2 * 0.2) / (4 * 0.1 * factor), 10);
  });
});
