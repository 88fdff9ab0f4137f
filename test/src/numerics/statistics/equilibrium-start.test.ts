import { describe, expect, it } from 'vitest';
import { mean } from '../../../../src/numerics/means.js';
import { equilibriumStart } from '../../../../src/numerics/statistics/equilibrium-start.js';
import { meanWithError } from '../../../../src/numerics/statistics/mean-error.js';
import { studentQuantile } from '../../../../src/numerics/statistics/student.js';
import { binomialError, manySeries } from './series.js';

const POINTS = 1000;
const RUNS = 120;

/** Ten standard deviations above the level at first, on a straight way down that ends after `part` of the series. */
const withTransient = (values: readonly number[], part: number): number[] =>
  values.map((value, i) => value + 10 * Math.max(0, 1 - i / (part * values.length)));

describe('the start of equilibrium', () => {
  it.each([
    [1, 0.1],
    [1, 0.3],
    [10, 0.1],
    [10, 0.3],
  ])('with a time of %d, after a transient of %d of the series', (time, part) => {
    const series = manySeries(RUNS, POINTS, time).map((values) => withTransient(values, part));
    const found = series.map((values) => equilibriumStart(values)! / POINTS);
    // Starts are a twentieth apart; the last of the transient, below half a standard deviation, does no harm.
    expect(Math.min(...found)).toBeGreaterThanOrEqual(part - 0.1);
    expect(Math.abs(mean(found) - part)).toBeLessThan(0.06);
    const means = series.map((values, i) => meanWithError(values.slice(Math.round(found[i]! * POINTS))));
    // The true mean is 0. The choice of the start costs a little of the 95%: 92% and more are asked for.
    const hits = means.filter(({ mean: m, error, degrees }) => Math.abs(m) <= studentQuantile(1.96, degrees) * error);
    expect(hits.length / RUNS).toBeGreaterThan(0.92 - 3 * binomialError(0.92, RUNS));
    // Averages over all of it would be off by 5 part, half a standard deviation or more.
    expect(Math.abs(mean(means.map(({ mean: m }) => m)))).toBeLessThan(0.05);
  });

  it('is near the beginning where there is no transient', () => {
    const found = manySeries(RUNS, POINTS, 3).map((values) => equilibriumStart(values)!);
    expect(mean(found) / POINTS).toBeLessThan(0.06);
  });

  it('is not found where the series never settles, or settles too late', () => {
    const drifting = manySeries(20, POINTS, 1).map((values) => values.map((value, i) => value + i / 100));
    expect(drifting.map((values) => equilibriumStart(values))).toEqual(new Array(20).fill(undefined));
    const late = manySeries(20, POINTS, 1).map((values) => withTransient(values, 0.9));
    expect(late.filter((values) => equilibriumStart(values) !== undefined).length).toBe(0);
    expect(late.filter((values) => equilibriumStart(values, { longest: 0.95 }) === undefined).length).toBe(0);
  });

  it('of equal values is the first, of short and broken series nowhere', () => {
    expect(equilibriumStart(new Array<number>(40).fill(2))).toBe(0);
    expect(equilibriumStart([])).toBeUndefined();
    expect(equilibriumStart([1])).toBeUndefined();
    expect(equilibriumStart(new Array<number>(40).fill(Number.NaN))).toBeUndefined();
    // NaN in the transient is left out with it.
    const start = equilibriumStart([...new Array<number>(10).fill(Number.NaN), ...new Array<number>(90).fill(1)]);
    expect(start).toBe(10);
  });
});
