import { describe, expect, it } from 'vitest';
import {
  absolutePrediction,
  factorPrediction,
  relativePrediction,
  untestedPrediction,
} from '../../../src/verify/prediction.js';

const given = (predicted: number, measured: number, tolerance: number) => ({
  name: 'threshold',
  source: 'T3',
  predicted,
  measured,
  tolerance,
});

describe('predictions', () => {
  it('absolute: |measured - predicted|', () => {
    expect(absolutePrediction(given(2, 1.5, 0.5))).toEqual({
      ...given(2, 1.5, 0.5),
      errorKind: 'absolute',
      error: 0.5,
      holds: true,
    });
    expect(absolutePrediction(given(2, 1.5, 0.49)).holds).toBe(false);
    expect(absolutePrediction(given(0, 0, 0))).toMatchObject({ error: 0, holds: true });
  });

  it('relative: |measured / predicted - 1|', () => {
    expect(relativePrediction(given(4, 5, 0.25))).toMatchObject({ errorKind: 'relative', error: 0.25, holds: true });
    expect(relativePrediction(given(-4, -3, 0.2))).toMatchObject({ error: 0.25, holds: false });
  });

  it('factor: the same whichever side is larger', () => {
    expect(factorPrediction(given(2, 6, 3))).toMatchObject({ errorKind: 'factor', error: 3, holds: true });
    expect(factorPrediction(given(6, 2, 3))).toMatchObject({ error: 3, holds: true });
    expect(factorPrediction(given(6, 2, 2.9)).holds).toBe(false);
    expect(factorPrediction(given(5, 5, 1))).toMatchObject({ error: 1, holds: true });
  });

  it('that cannot be compared fail, with no error to report', () => {
    for (const prediction of [
      relativePrediction(given(0, 0, 1)),
      relativePrediction(given(0, 1, 1)),
      factorPrediction(given(1, 0, 10)),
      absolutePrediction(given(Number.POSITIVE_INFINITY, 1, 1)),
    ])
      expect(prediction).toMatchObject({ error: null, holds: false });
  });

  it('keep a note, and say so where these runs cannot test them', () => {
    expect(absolutePrediction({ ...given(1, 1, 0), note: 'one run' }).note).toBe('one run');
    expect(
      untestedPrediction({ name: 'period', source: 'T9', tolerance: 0.1, note: 'no full-space runs' }),
    ).toMatchObject({
      predicted: null,
      measured: null,
      error: null,
      holds: null,
      note: 'no full-space runs',
    });
  });
});

describe('predictions whose numbers have errors', () => {
  const absolute = (measured: number, tolerance: number, errors: object) =>
    absolutePrediction({ ...given(2, measured, tolerance), ...errors });

  it('are judged as before where the error is smaller than what is allowed', () => {
    expect(absolute(2.4, 0.5, { predictedError: 0.3, measuredError: 0.4 })).toEqual({
      ...given(2, 2.4, 0.5),
      predictedError: 0.3,
      measuredError: 0.4,
      errorKind: 'absolute',
      error: expect.closeTo(0.4, 12),
      holds: true,
    });
    expect(absolute(2.6, 0.5, { measuredError: 0.5 }).holds).toBe(false);
  });

  it('are untested where it is larger, whatever the deviation within three of it', () => {
    // hypot(0.3, 0.4) = 0.5.
    for (const measured of [2, 2.4, 3.8])
      expect(absolute(measured, 0.49, { predictedError: 0.3, measuredError: 0.4 })).toMatchObject({
        holds: null,
        error: expect.closeTo(measured - 2, 12),
        note: 'too uncertain: standard error 0.50 of what may be 0.49',
      });
    expect(absolute(4.1, 0.49, { predictedError: 0.3, measuredError: 0.4 })).toMatchObject({ holds: false });
    expect(absolute(2, 0.1, { measuredError: 1, note: 'group 1' }).note).toMatch(/^group 1; too uncertain/);
  });

  it('are untested where the error is not known', () => {
    for (const measuredError of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(absolute(2.4, 0.5, { measuredError })).toMatchObject({
        holds: null,
        note: 'too uncertain: too few independent values to know the error',
      });
    expect(absolute(Number.NaN, 0.5, { measuredError: Number.NaN })).toMatchObject({
      ...{ error: null, holds: null, note: 'what is measured is not a number' },
    });
    expect(absolutePrediction(given(Number.NaN, 1, 1))).toMatchObject({
      ...{ error: null, holds: null, note: 'what is predicted is not a number' },
    });
  });

  it('relative and factor errors are those of the ratio', () => {
    // 5 +- 0.5 over 4 +- 0.4: 10% each, 14.1% of 1.25 together, 17.7%.
    const errors = { predictedError: 0.4, measuredError: 0.5 };
    expect(relativePrediction({ ...given(4, 5, 0.18), ...errors }).holds).toBe(false);
    expect(relativePrediction({ ...given(4, 5, 0.17), ...errors }).holds).toBeNull();
    expect(factorPrediction({ ...given(4, 5, 1.18), ...errors }).holds).toBe(false);
    expect(factorPrediction({ ...given(4, 5, 1.17), ...errors }).holds).toBeNull();
    expect(factorPrediction({ ...given(5, 4, 1.17), predictedError: 0.5, measuredError: 0.4 }).holds).toBeNull();
    expect(factorPrediction({ ...given(5, 4, 1.18), predictedError: 0.5, measuredError: 0.4 }).holds).toBe(false);
  });

  it('a known error of the deviation counts in place of both', () => {
    expect(absolute(2.1, 0.5, { predictedError: 9, measuredError: 9, uncertainty: 0.01 })).toMatchObject({
      holds: true,
    });
    expect(absolute(2.1, 0.5, { predictedError: 0, measuredError: 0, uncertainty: 1 })).toMatchObject({ holds: null });
    expect(absolute(2.1, 0.5, { uncertainty: 0.1 })).not.toHaveProperty('uncertainty');
  });
});
