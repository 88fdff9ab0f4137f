import { describe, expect, it } from 'vitest';
import { absolutePrediction, factorPrediction, relativePrediction, untestedPrediction } from '../../src/prediction.js';

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
      absolutePrediction(given(1, Number.NaN, 1)),
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
