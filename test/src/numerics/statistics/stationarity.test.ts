import { describe, expect, it } from 'vitest';
import { testStationarity } from '../../../../src/numerics/statistics/stationarity.js';
import { binomialError, manySeries } from './series.js';

const RUNS = 300;
const refused = (series: readonly (readonly number[])[]): number =>
  series.filter((values) => !testStationarity(values).stationary).length / series.length;

describe('stationarity', () => {
  it.each([
    [100, 1],
    [500, 10],
    [1000, 30],
  ])('is refused to one in a hundred series of %d points with a time of %d, or fewer', (points, time) => {
    expect(refused(manySeries(RUNS, points, time))).toBeLessThan(0.01 + 3 * binomialError(0.01, RUNS));
  });

  it('is refused to series that drift by more than their correlation allows', () => {
    // A drift of one standard deviation over 1,000 independent points has a standard error of sqrt(12 / 1000) = 0.11.
    const drifting = manySeries(50, 1000, 1).map((values) => values.map((value, i) => value + i / 1000));
    expect(refused(drifting)).toBe(1);
    // With a time of 30 it is 0.6, and the drift is one that chance makes.
    const slow = manySeries(50, 1000, 30).map((values) => values.map((value, i) => value + i / 1000));
    expect(refused(slow)).toBeLessThan(0.5);
  });

  it('of an exact line: its drift is certain, and may be negligible all the same', () => {
    const line = Array.from({ length: 10 }, (_, i) => 100 + 0.01 * i);
    const found = testStationarity(line);
    expect(found.drift).toBeCloseTo(0.1, 10);
    expect(found.error).toBeLessThan(1e-10);
    expect(found.stationary).toBe(false);
    expect(testStationarity(line, { negligible: 0.11 }).stationary).toBe(true);
    expect(testStationarity(line, { negligible: 0.09 }).stationary).toBe(false);
  });

  it('of equal values is certain, also where they differ by rounding', () => {
    expect(testStationarity(new Array<number>(20).fill(0.1)).stationary).toBe(true);
    expect(testStationarity(Array.from({ length: 20 }, (_, i) => 3 + (i > 10 ? 4e-16 : 0))).stationary).toBe(true);
  });

  it('is not claimed of what is too short or not finite', () => {
    expect(testStationarity([1, 1, 1, 1, 1, 1, 1]).stationary).toBe(false);
    expect(testStationarity([]).stationary).toBe(false);
    expect(testStationarity([1, 2, 1, 2, Number.NaN, 2, 1, 2, 1]).stationary).toBe(false);
    // Five points of a slow wave: nothing is known of what it forgets.
    expect(testStationarity(Array.from({ length: 8 }, (_, i) => Math.sin(i))).error).toBeGreaterThan(1);
  });
});
