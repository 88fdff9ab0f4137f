import { describe, expect, it } from 'vitest';
import { evaluateCells } from '../../../toy/phase/cells.js';
import { equilibrium } from '../../../toy/theory/equilibrium.js';
import { levelLine } from '../../../tui/figure/closed-form.js';
import { curveFigure, elrCurveFigure, scaleOf } from '../../../tui/figure/command-curves.js';

describe('the scale of a curve', () => {
  it('is logarithmic where positive values span three decades, and nothing is negative', () => {
    expect(scaleOf([1, 999])).toBe('linear');
    expect(scaleOf([1, 1000])).toBe('logarithmic');
    expect(scaleOf([0, 1, 1000, Number.NaN, Number.POSITIVE_INFINITY])).toBe('logarithmic');
    expect(scaleOf([-1, 1, 1000])).toBe('linear');
    for (const none of [[], [7], [0, 0], [Number.NaN]]) expect(scaleOf(none)).toBe('linear');
  });
});

describe('a curve of values', () => {
  const options = { label: 't', y: 'loss', last: 1 };

  it('puts them at equal distances, the last one where it is said to be', () => {
    const [series] = curveFigure('c', [3, 1, 2], options).series;
    expect(series!.points).toEqual([
      { x: 0, y: 3 },
      { x: 0.5, y: 1 },
      { x: 1, y: 2 },
    ]);
  });

  it('of many is one of means, and says of how many values', () => {
    const figure = curveFigure(
      'c',
      Float64Array.from({ length: 120 }, (_, i) => i),
      { ...options, last: 119 },
    );
    expect(figure.series[0]!.points.slice(0, 2)).toEqual([
      { x: 0.5, y: 0.5 },
      { x: 2.5, y: 2.5 },
    ]);
    expect(figure.series[0]!.points).toHaveLength(60);
    expect(figure.notes).toEqual(['each point is the mean of 2 values']);
    const uneven = curveFigure('c', new Float64Array(20_000), { ...options, last: 1 });
    expect(uneven.notes).toEqual(['each point is the mean of 333 or 334 values']);
    expect(curveFigure('c', [1, 2], options).notes).toEqual([]);
  });

  it('has the closed form as a series more', () => {
    const theory = [levelLine(2, [0, 1])];
    expect(curveFigure('c', [1, 2], { ...options, theory }).series[1]).toBe(theory[0]);
  });
});

describe('a quantity against the ELR', () => {
  const elrs = [0.05, 0.1, 0.2, 0.5, 1];
  const cells = evaluateCells(
    elrs.map((elr) => ({ alpha: [1, 2, 4], elr })),
    { steps: 500, lyapunov: true },
  );
  const given = { title: 't', elrs, cells };

  it('is simulated points, joined, beside the closed form and its threshold', () => {
    const closed = (elr: number) => equilibrium([1, 2, 4], elr).loss;
    const figure = elrCurveFigure({
      ...given,
      ...{ quantity: 'loss', numberOf: ({ loss }) => loss, theory: { valueAt: closed, threshold: 1 / 7 } },
    });
    const [line, points, theory] = figure.series;
    expect(line!.points).toEqual(cells.map(({ loss }, i) => ({ x: elrs[i], y: loss })));
    expect(points!.points.map(({ regime }) => regime)).toEqual(cells.map(({ regime }) => regime));
    expect(theory!.points.at(-1)).toEqual({ x: expect.closeTo(1, 12), y: expect.closeTo(closed(1), 12) });
    expect(figure.marks.map(({ x }) => x)).toEqual([1 / 7]);
    expect(figure.y.scale).toBe('linear');
  });

  it('of many decades has a logarithmic axis, where what has converged is zero', () => {
    const figure = elrCurveFigure({ ...given, quantity: 'ess', numberOf: ({ ess }) => ess });
    expect(figure.y.scale).toBe('logarithmic');
    expect(figure.series[0]!.points[4]!.y).toBe(cells[4]!.ess);
    // Below the threshold of 1/7 the ESS is 0 but for rounding.
    expect(figure.series[0]!.points[0]!.y).toBe(0);
    expect(figure.series[1]!.points.map(({ x }) => x)).toEqual([0.2, 0.5, 1]);
    expect(figure.marks).toEqual([]);
  });

  it('may be negative, missing or collapsed', () => {
    const broken = cells.map((cell, i) =>
      i === 2 ? { ...cell, collapsed: true } : { ...cell, lyapunov: i === 3 ? null : -1 },
    );
    const numberOf = ({ lyapunov }: (typeof cells)[number]): number => lyapunov ?? Number.NaN;
    const figure = elrCurveFigure({ ...given, cells: broken, quantity: 'lyapunov', numberOf });
    expect(figure.series[0]!.points.map(({ y }) => y)).toEqual([-1, -1, Number.NaN, Number.NaN, -1]);
    expect(figure.series[1]!.points.map(({ x }) => x)).toEqual([0.05, 0.1, 1]);
  });
});
