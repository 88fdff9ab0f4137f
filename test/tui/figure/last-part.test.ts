import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../tui/figure/figure.js';
import { withLastPart } from '../../../tui/figure/last-part.js';

const points = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((x) => ({ x, y: 100 - x }));
const figure: Figure = {
  name: 'trajectory',
  variant: ['loss'],
  title: 'a run',
  x: { label: 'step', scale: 'linear' },
  y: { label: 'loss', scale: 'logarithmic' },
  series: [
    { name: 'loss', kind: 'line', points },
    // A run that is compared ended earlier.
    { name: 'another', kind: 'line', points: points.slice(0, 7) },
    { name: 'floor', kind: 'theory', points: [0, 10].map((x) => ({ x, y: 3 })) },
  ],
  marks: [],
  notes: ['a note'],
};

describe('the last part of curves', () => {
  it('has the points from there on, of all lines on one axis, and the levels over them', () => {
    const { series, notes, variant } = withLastPart(figure, 0.5);
    // The last half of 0 to 10.
    expect(series.map((each) => each.points.map(({ x }) => x))).toEqual([
      [5, 6, 7, 8, 9, 10],
      [5, 6],
      [5, 10],
    ]);
    expect(series[2]!.points.map(({ y }) => y)).toEqual([3, 3]);
    expect({ notes, variant }).toEqual({ notes: ['the last 50% alone', 'a note'], variant: ['loss', 'last-0.5'] });
  });

  it('is all where all is asked for, and where there is no line', () => {
    expect(withLastPart(figure, 1)).toBe(figure);
    const bars = { ...figure, series: figure.series.slice(2) };
    expect(withLastPart(bars, 0.1)).toBe(bars);
    const one = { ...figure, series: [{ ...figure.series[0]!, points: points.slice(0, 1) }] };
    expect(withLastPart(one, 0.1)).toBe(one);
  });
});
