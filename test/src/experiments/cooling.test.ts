import { describe, expect, it } from 'vitest';
import {
  bottomRatio,
  coolerElr,
  coolingRows,
  type MeasuredStay,
  measureStay,
  type Stay,
} from '../../../src/experiments/cooling.js';
import type { LossLost } from '../../../src/run/annealing-record.js';

/** A run with a loss of 2 before annealing and one after it, known to `error`. */
const lost = (annealed: number, error = 0.01): LossLost => ({
  loss: { value: 2, error: 0.01 },
  fall: 0,
  annealed: { value: annealed, error },
  lost: { value: 2 - annealed, error: 0.01 },
  predicted: { value: 1, error: 0.01 },
  ratio: { value: 2 - annealed, error: 0.01 },
});
const stay = (name: Stay, bottoms: readonly number[], more: Partial<MeasuredStay> = {}): MeasuredStay => ({
  ...measureStay(
    { of: 'network', stay: name, firstElr: 0.004, elr: name === 'cooler' ? 0.001 : 0.004 },
    bottoms.map((bottom) => lost(bottom)),
  ),
  ...more,
});
const verdicts = (stays: readonly MeasuredStay[]) =>
  Object.fromEntries(coolingRows(stays).map(({ name, holds }) => [name, holds]));

describe('bottoms after stays', () => {
  it('are means over seeds, compared with the first stay', () => {
    const stays = [stay('first', [1, 1.2]), stay('cooler', [0.5, 0.6])];
    expect(stays[1]!.bottom.mean).toBeCloseTo(0.55, 12);
    const { mean, error, degrees } = bottomRatio(stays[1]!, stays);
    expect(mean).toBeCloseTo(0.5, 12);
    // Two seeds 0.2 and 0.1 apart: standard errors 0.1 of 1.1 and 0.05 of 0.55, a relative error of 1/11 each.
    expect(error).toBeCloseTo((0.5 * Math.SQRT2) / 11, 12);
    // Two equal variances of one degree of freedom each.
    expect(degrees).toBeCloseTo(2, 12);
    expect(bottomRatio(stays[1]!, [stays[1]!]).mean).toBeNaN();
    expect(() => measureStay({ of: 'toy', stay: 'first', firstElr: 1, elr: 1 }, [])).toThrow();
  });

  it('hold where time changes nothing, a lower ELR lowers them and its return raises them', () => {
    const stays = [
      stay('first', [1, 1]),
      stay('longer', [1.02, 1]),
      stay('cooler', [0.5, 0.5]),
      stay('back', [0.98, 1]),
    ];
    expect(verdicts(stays)).toEqual({
      'bottom after a longer stay over the first, ELR 0.004': true,
      'bottom after ELR 0.001 below the first, ELR 0.004': true,
      'bottom after ELR 0.001 over the first, ELR 0.004, one bottom': false,
      'bottom after the return over the first, ELR 0.004': true,
    });
  });

  it('fail where time alone lowers them, and where they do not return', () => {
    const stays = [
      stay('first', [1, 1]),
      stay('longer', [0.5, 0.5]),
      stay('cooler', [0.5, 0.5]),
      stay('back', [0.5, 0.5]),
    ];
    expect(Object.values(verdicts(stays))).toEqual([false, true, false, false]);
  });

  it('that are the same stay as they are; a higher one after a lower ELR fails, and one within its error is untested', () => {
    const cooler = (bottom: number) =>
      Object.values(verdicts([stay('first', [1, 1]), stay('cooler', [bottom, bottom])]));
    expect(cooler(1)).toEqual([null, true]);
    // The error of the ratio is 0.01, known by two degrees of freedom: clear from 4.8 of them on (Student, by Wallace's approximation).
    expect(cooler(0.96)).toEqual([null, true]);
    expect(cooler(0.94)).toEqual([true, true]);
    expect(cooler(1.06)).toEqual([false, true]);
    expect(cooler(Number.NaN)).toEqual([null, null]);
  });

  it('of one seed are untested, as its place at other moments is not known', () => {
    const stays = [stay('first', [1]), stay('longer', [1]), stay('cooler', [0.5]), stay('back', [1])];
    expect(bottomRatio(stays[2]!, stays).mean).toBe(0.5);
    expect(Object.values(verdicts(stays))).toEqual([null, null, null, null]);
    // Of many seeds, as few standard errors are enough as of a normal distribution.
    const many = (bottom: number) => new Array<number>(64).fill(bottom);
    expect(Object.values(verdicts([stay('first', many(1)), stay('cooler', many(0.995))]))).toEqual([true, true]);
  });

  it('without a first stay are untested', () => {
    expect(Object.values(verdicts([stay('longer', [1]), stay('back', [1])]))).toEqual([null, null]);
  });

  it('of a toy are compared with its closed form', () => {
    const toy = stay('first', [1, 1], { of: 'toy', expected: { bottom: 1.05, lost: 1.2 } });
    const rows = coolingRows([toy]);
    expect(rows.map(({ name, holds, of }) => [name, holds, of])).toEqual([
      ['bottom, first stay at ELR 0.004, closed form', true, 'toy'],
      ['loss lost by annealing, first stay at ELR 0.004, closed form', false, 'toy'],
    ]);
  });
});

it('the lower ELR is as short as it is written', () => {
  expect(coolerElr(0.003, 0.1)).toBe(3e-4);
  expect(coolerElr(0.004, 0.25)).toBe(0.001);
});
