import { describe, expect, it } from 'vitest';
import { mean } from '../../../../src/numerics/means.js';
import { combineRuns } from '../../../../src/numerics/statistics/combine-runs.js';
import { meanWithError } from '../../../../src/numerics/statistics/mean-error.js';
import { studentQuantile } from '../../../../src/numerics/statistics/student.js';
import { binomialError, manySeries } from './series.js';

const unknown = Number.NaN;

describe('several runs', () => {
  it('scatter by more than their own errors', () => {
    // Between: sqrt(2 / 1 / 2) = 1. Within: hypot(0.3, 0.4) / 2.
    expect(
      combineRuns([
        { mean: 1, error: 0.3 },
        { mean: 3, error: 0.4 },
      ]),
    ).toEqual({ mean: 2, error: 1, between: 1, within: 0.25, runs: 2 });
  });

  it('lie close together by luck: then their own errors count', () => {
    const { error, between, within } = combineRuns([
      { mean: 2, error: 3 },
      { mean: 2, error: 4 },
    ]);
    expect([error, between, within]).toEqual([2.5, 0, 2.5]);
  });

  it('are one: only its own error is known', () => {
    expect(combineRuns([{ mean: 5, error: 0.1 }])).toEqual({
      mean: 5,
      error: 0.1,
      between: unknown,
      within: 0.1,
      runs: 1,
    });
    expect(combineRuns([{ mean: 5, error: unknown }]).error).toBeNaN();
  });

  it('have no errors of their own: the scatter is known all the same', () => {
    const given = [1, 2, 3].map((value) => ({ mean: value, error: unknown }));
    expect(combineRuns(given)).toMatchObject({ mean: 2, error: Math.sqrt(1 / 3), within: unknown });
    expect(combineRuns([{ mean: unknown, error: 1 }]).mean).toBeNaN();
  });

  it('cover the mean in 95% of cases or more, by runs - 1 degrees of freedom', () => {
    const series = manySeries(4 * 200, 100, 3);
    const hits = Array.from({ length: 200 }, (_, i) => {
      const { mean: m, error } = combineRuns(series.slice(4 * i, 4 * i + 4).map(meanWithError));
      return Math.abs(m) <= studentQuantile(1.96, 3) * error ? 1 : 0;
    });
    expect(mean(hits)).toBeGreaterThan(0.95 - 3 * binomialError(0.95, 200));
  });
});
