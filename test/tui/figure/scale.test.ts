import { describe, expect, it } from 'vitest';
import { createScale, isOnScale } from '../../../tui/figure/scale.js';
import { ticks } from '../../../tui/figure/ticks.js';

const labels = (scale: 'linear' | 'logarithmic', range: [number, number], count: number): string[] =>
  ticks(createScale(scale, range), count).map(({ label }) => label);

describe('scales', () => {
  it('put values where hand arithmetic does', () => {
    const linear = createScale('linear', [-2, 6]);
    expect([-2, 0, 2, 6, 8].map(linear.part)).toEqual([0, 0.25, 0.5, 1, 1.25]);
    const decades = createScale('logarithmic', [1e-5, 1e-1]);
    // Rounding of logarithms alone.
    expect(decades.part(1e-3)).toBeCloseTo(0.5, 12);
    expect(decades.part(1e-4)).toBeCloseTo(0.25, 12);
    expect(decades.part(1)).toBeCloseTo(1.25, 12);
  });

  it('find the value of a place again', () => {
    for (const [scale, range] of [
      ['linear', [-3, 11]],
      ['logarithmic', [1e-7, 3]],
    ] as const) {
      const axis = createScale(scale, range);
      for (const part of [0, 0.2, 0.5, 1]) expect(axis.part(axis.value(part))).toBeCloseTo(part, 12);
    }
  });

  it('hold what does not fit into differences of doubles', () => {
    const huge = createScale('linear', [-1.5e308, 1.5e308]);
    expect([huge.part(-1.5e308), huge.part(0), huge.part(1.5e308)]).toEqual([0, 0.5, 1]);
    const wide = createScale('logarithmic', [5e-324, 1.7e308]);
    expect(wide.part(1)).toBeCloseTo(744.44 / (744.44 + 709.7), 3);
  });

  it('have no place for zero on a logarithmic axis, nor for what is not finite on any', () => {
    expect(
      [1e-300, 0, -1, Number.NaN, Number.POSITIVE_INFINITY].map((value) => isOnScale(value, 'logarithmic')),
    ).toEqual([true, false, false, false, false]);
    expect([0, -1, Number.NaN, Number.NEGATIVE_INFINITY].map((value) => isOnScale(value, 'linear'))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('ticks', () => {
  it('of linear axes are multiples of 1, 2 or 5', () => {
    expect(labels('linear', [0, 1.2], 6)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1', '1.2']);
    expect(labels('linear', [0, 4000], 5)).toEqual(['0', '1000', '2000', '3000', '4000']);
    expect(labels('linear', [-3, 3], 3)).toEqual(['-2', '0', '2']);
    expect(labels('linear', [0.31, 0.32], 5)).toEqual(['0.31', '0.312', '0.314', '0.316', '0.318', '0.32']);
  });

  it('of logarithmic axes are powers of ten in one form, fewer where there is no room', () => {
    expect(labels('logarithmic', [1e-5, 1], 10)).toEqual(['1e-5', '1e-4', '1e-3', '1e-2', '1e-1', '1']);
    expect(labels('logarithmic', [1e-2, 100], 10)).toEqual(['0.01', '0.1', '1', '10', '100']);
    expect(labels('logarithmic', [1e-9, 1], 4)).toEqual(['1e-9', '1e-6', '1e-3', '1']);
  });

  it('of less than two decades are 1, 2 and 5 times powers of ten', () => {
    expect(labels('logarithmic', [0.7, 12], 10)).toEqual(['1', '2', '5', '10']);
    expect(labels('logarithmic', [3, 4], 4)).toEqual(['3', '3.5', '4']);
  });

  it('have labels that tell neighbours apart', () => {
    for (const range of [
      [1e9, 1e9 + 1],
      [1, 1 + 1e-9],
      [-1e-12, 1e-12],
      [123456, 123460],
    ] as [number, number][]) {
      const all = ticks(createScale('linear', range), 4);
      expect(all.length).toBeGreaterThan(1);
      expect(new Set(all.map(({ label }) => label)).size).toBe(all.length);
      const step = all[1]!.value - all[0]!.value;
      for (const { value, label } of all) expect(Math.abs(Number(label) - value)).toBeLessThan(step / 5);
    }
  });
});
