import { describe, expect, it } from 'vitest';
import { orderedTrend, type PlacedValue } from '../../../../src/numerics/statistics/ordered-trend.js';

const placed = (places: readonly number[], values: readonly number[]): PlacedValue[] =>
  places.map((place, i) => ({ place, value: values[i]! }));

/** All orders of some values. */
const orders = (values: readonly number[]): number[][] =>
  values.length === 0
    ? [[]]
    : values.flatMap((value, i) => orders(values.toSpliced(i, 1)).map((rest) => [value, ...rest]));

/** Pairs at different places that rise. */
const rising = (places: readonly number[], values: readonly number[]): number =>
  places.reduce(
    (sum, place, i) => sum + places.filter((other, j) => place < other && values[i]! < values[j]!).length,
    0,
  );

/** The chance of as many rising pairs, over every way to deal the values of each stratum to its places. */
function counted(strata: readonly (readonly [places: readonly number[], values: readonly number[]])[]): number {
  const seen = strata.reduce((sum, [places, values]) => sum + rising(places, values), 0);
  const dealt = strata.reduce<number[]>(
    (sums, [places, values]) => sums.flatMap((sum) => orders(values).map((order) => sum + rising(places, order))),
    [0],
  );
  return dealt.filter((pairs) => pairs >= seen).length / dealt.length;
}

describe('an ordered trend', () => {
  it('of three values that fall has a chance of 1 / 3!, of two such strata of 1 / 36', () => {
    const falling = placed([1, 2, 3], [9, 5, 2]);
    expect(orderedTrend([falling])).toMatchObject({ order: -1, pairs: 3, rises: 1 });
    expect(orderedTrend([falling]).falls).toBeCloseTo(1 / 6, 15);
    expect(orderedTrend([falling, falling]).falls).toBeCloseTo(1 / 36, 15);
    expect(orderedTrend([falling, falling]).least).toBeCloseTo(1 / 36, 15);
  });

  it('of two groups is the test of Mann and Whitney: four below three once in 35', () => {
    const values = placed([0, 0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6, 7]);
    expect(orderedTrend([values]).rises).toBeCloseTo(1 / 35, 15);
    // Of 2 and 2 values, U = 0 to 4 has 1, 1, 2, 1 and 1 of 6 orders; one pair of these falls.
    const { order, rises, falls } = orderedTrend([placed([0, 0, 1, 1], [1, 3, 2, 4])]);
    expect([order, rises, falls]).toEqual([0.5, expect.closeTo(2 / 6, 15), expect.closeTo(5 / 6, 15)]);
  });

  it('has the chances that counting all orders has', () => {
    const strata = [
      [
        [1, 2, 2, 3],
        [4, 1, 7, 6],
      ],
      [
        [1, 1, 2, 3],
        [2, 9, 3, 8],
      ],
    ] as const;
    const { rises } = orderedTrend(strata.map(([places, values]) => placed(places, values)));
    expect(rises).toBeCloseTo(counted(strata), 14);
    expect(rises).toBeGreaterThan(0.05);
    expect(rises).toBeLessThan(0.5);
  });

  it('of a pair in each stratum is the sign test', () => {
    const up = placed([0, 1], [1, 2]);
    const down = placed([0, 1], [2, 1]);
    // At least 4 heads of 5: 6 of 32.
    expect(orderedTrend([up, up, up, up, down]).rises).toBeCloseTo(6 / 32, 15);
  });

  it('counts equal values against both directions, and leaves out what is no number', () => {
    const { order, rises, falls } = orderedTrend([placed([1, 2, 3], [5, 5, Number.NaN])]);
    expect([order, rises, falls]).toEqual([0, 1, 1]);
    expect(orderedTrend([placed([1, 1], [2, 3])])).toMatchObject({ order: Number.NaN, pairs: 0, least: 1 });
    expect(orderedTrend([])).toMatchObject({ pairs: 0, rises: 1 });
  });
});
