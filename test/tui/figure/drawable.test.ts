import { describe, expect, it } from 'vitest';
import { drawable, figureNotes } from '../../../tui/figure/drawable.js';
import type { Figure, FigureSeries } from '../../../tui/figure/figure.js';
import { withCursor, withoutTheory, withScales } from '../../../tui/figure/figure.js';
import { figureOf, seriesOf } from './example.js';

const hole: FigureSeries = seriesOf('line', [
  [1, 10],
  [2, Number.NaN],
  [3, 0],
  [4, -1],
  [5, 40],
  [Number.POSITIVE_INFINITY, 5],
]);

describe('what can be drawn', () => {
  it('ends a line at a gap, and counts what is missing by its reason', () => {
    const shown = drawable(figureOf([hole], { y: 'logarithmic' }));
    expect(shown.series[0]!.pieces.map((piece) => piece.map(({ x }) => x))).toEqual([[1], [5]]);
    expect(shown.leftOut).toEqual({ notFinite: 2, notPositive: 2 });
    expect(figureNotes(figureOf([]), shown)).toEqual([
      '2 points left out: not finite',
      '2 points left out: not positive on a logarithmic axis',
    ]);
  });

  it('has a place for zero and below on a linear axis', () => {
    const shown = drawable(figureOf([hole]));
    expect(shown.series[0]!.pieces.map((piece) => piece.map(({ x }) => x))).toEqual([[1], [3, 4, 5]]);
    expect(shown.leftOut).toEqual({ notFinite: 2, notPositive: 0 });
  });

  it('does not miss a closed form where it is zero, and lets measurements decide the lowest value', () => {
    const theory = seriesOf('theory', [
      [1, 0],
      [2, 1e-12],
      [3, 100],
    ]);
    const shown = drawable(figureOf([seriesOf('points', [[1, 10]]), theory], { y: 'logarithmic' }));
    expect(shown.leftOut).toEqual({ notFinite: 0, notPositive: 0 });
    const [low, high] = shown.yRange;
    // 4% of a decade beyond 10 and 100.
    expect(low).toBeCloseTo(10 / 10 ** 0.04, 9);
    expect(high).toBeCloseTo(100 * 10 ** 0.04, 9);
  });

  it('has a range for one point, none, equal ones and huge ones', () => {
    expect(drawable(figureOf([])).yRange).toEqual([0, 1]);
    expect(drawable(figureOf([], { y: 'logarithmic' })).yRange).toEqual([1, 10]);
    expect(drawable(figureOf([seriesOf('points', [[3, 4]])])).yRange).toEqual([2, 6]);
    expect(drawable(figureOf([seriesOf('points', [[3, 0]])])).yRange).toEqual([0, 1]);
    expect(drawable(figureOf([seriesOf('points', [[3, 4]])], { y: 'logarithmic' })).yRange).toEqual([0.4, 40]);
    const huge = drawable(
      figureOf([
        seriesOf('points', [
          [1, -1.7e308],
          [2, 1.7e308],
        ]),
      ]),
    ).yRange;
    expect(huge.every(Number.isFinite)).toBe(true);
  });

  it('takes the range asked for unless the scale cannot have it', () => {
    const figure: Figure = {
      ...figureOf([seriesOf('points', [[1, 5]])]),
      y: { label: 'y', scale: 'linear', range: [0, 9] },
    };
    expect(drawable(figure).yRange).toEqual([0, 9]);
    expect(drawable(withScales(figure, { y: 'logarithmic' })).yRange).toEqual([0.5, 50]);
  });

  it('is empty where there is theory alone', () => {
    expect(drawable(figureOf([])).isEmpty).toBe(true);
    expect(drawable(figureOf([seriesOf('theory', [[1, 1]])])).isEmpty).toBe(true);
    expect(drawable(figureOf([seriesOf('line', [[1, Number.NaN]])])).isEmpty).toBe(true);
    expect(drawable(figureOf([seriesOf('line', [[1, 1]])])).isEmpty).toBe(false);
  });
});

describe('changes of a figure', () => {
  const figure = figureOf([{ ...seriesOf('line', [[1, 2]]), key: 'a' }, seriesOf('theory', [[1, 1]])]);

  it('are other scales, no theory, and a cursor that selects by key', () => {
    expect(withScales(figure, { x: 'logarithmic' })).toMatchObject({
      x: { scale: 'logarithmic' },
      y: { scale: 'linear' },
    });
    expect(withoutTheory(figure).series.map(({ kind }) => kind)).toEqual(['line']);
    const { marks, series } = withCursor(figure, { x: 3, keys: ['a'] });
    expect(marks).toEqual([{ x: 3, name: 'cursor', kind: 'cursor' }]);
    expect(series.map(({ selected }) => selected)).toEqual([true, false]);
  });

  it('leave it plain data that another thread can have', () => {
    expect(structuredClone(figure)).toEqual(figure);
  });
});
