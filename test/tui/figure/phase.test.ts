import { describe, expect, it } from 'vitest';
import type { Axis } from '../../../toy/phase/axis.js';
import type { Cell } from '../../../toy/phase/cells.js';
import type { PhaseDiagram } from '../../../toy/phase/phase-diagram.js';
import { cellBorders } from '../../../tui/figure/cell-ranges.js';
import { phaseFigure } from '../../../tui/figure/phase.js';

const cell = (changes: Partial<Cell>): Cell => ({
  ...{ relativeLoss: 0.5, loss: 1, egn: 1, ess: 100, shares: [1], regime: 'convergence' },
  ...{ detail: null, lyapunov: null, noiseShare: null, collapsed: false },
  ...changes,
});

const diagram = (y: string, values: readonly number[]): PhaseDiagram => ({
  x: { name: 'elr', values: [0.01, 0.1, 1, 10], scale: 'logarithmic' },
  y: { name: y, values, scale: 'logarithmic' },
  cells: values.map(() => [
    cell({}),
    cell({ regime: 'chaotic equilibrium', detail: 'quasi-periodic' }),
    cell({ collapsed: true }),
    null,
  ]),
});

const OPTIONS = { alpha: [1, 2, 4], tolerance: 0.05 };
const RUNS = [{ toyElr: 0.5, regime: 'divergence' as const, key: 'a' }];

describe('the phase diagram', () => {
  it('has states of cells, and numbers where there are any', () => {
    const figure = phaseFigure(diagram('alpha3', [2, 4, 8]), OPTIONS);
    expect(figure.cells!.values[0]).toEqual(['convergence', 'quasi-periodic', 'collapsed', null]);
    const ess = phaseFigure(diagram('alpha3', [2, 4, 8]), { ...OPTIONS, quantity: 'ess' });
    expect(ess.cells).toMatchObject({
      kind: 'numbers',
      values: [[2, 2, Number.NaN, null], expect.anything(), expect.anything()],
    });
  });

  it('has the thresholds 1/S and 20/S where they are on it', () => {
    const [, convergence, divergence] = phaseFigure(diagram('alpha3', [2, 4, 8]), OPTIONS).series;
    expect(convergence!.points.map(({ x }) => x)).toEqual([1 / 5, 1 / 7, 1 / 11]);
    expect(divergence!.points.map(({ y }) => y)).toEqual([2, 4, 8]);
    for (const [i, sum] of [5, 7, 11].entries()) expect(divergence!.points[i]!.x).toBeCloseTo(20 / sum, 12);
  });

  it('is the same whichever way its axes go', () => {
    const whole = diagram('alpha3', [2, 4, 8]);
    // No two cells alike.
    const cells = whole.cells.map((row, i) => row.map((_, j) => cell({ loss: 10 * i + j, relativeLoss: 10 * i + j })));
    const options = { ...OPTIONS, runs: RUNS, quantity: 'loss' as const };
    const straight = phaseFigure({ ...whole, cells }, options);
    const turned = (axis: Axis): Axis => ({ ...axis, values: axis.values.toReversed() });
    const [x, y] = [turned(whole.x), turned(whole.y)];
    const turnedRows = cells.map((row) => row.toReversed());
    expect(phaseFigure({ x, y: whole.y, cells: turnedRows }, options)).toEqual(straight);
    expect(phaseFigure({ x: whole.x, y, cells: cells.toReversed() }, options)).toEqual(straight);
    expect(phaseFigure({ x, y, cells: turnedRows.toReversed() }, options)).toEqual(straight);
  });

  it('has the runs of the network at their k, in the row of the toy', () => {
    const figure = phaseFigure(diagram('alpha3', [2, 4, 8]), { ...OPTIONS, runs: RUNS });
    expect(figure.series[0]!.points).toEqual([{ x: 0.5, y: 4, regime: 'divergence', key: 'a' }]);
    const ratio = phaseFigure(diagram('ratio', [0.5, 2]), { alpha: [1, 3], tolerance: 0.05, runs: RUNS });
    expect(ratio.series[0]!.points[0]!.y).toBe(3);
  });

  it('says where runs have no place', () => {
    const figure = phaseFigure(diagram('noise', [0.5, 2]), { ...OPTIONS, runs: RUNS });
    expect(figure.series[0]!.points).toEqual([]);
    expect(figure.notes).toEqual(['runs have a place in diagrams of elr and an alpha only']);
  });
});

describe('borders of cells', () => {
  it('are halfway on the scale, as far beyond the outer centres', () => {
    expect(cellBorders([1, 2, 3], 'linear')).toEqual([0.5, 1.5, 2.5, 3.5]);
    const decades = cellBorders([0.1, 10], 'logarithmic');
    for (const [i, value] of [0.01, 1, 100].entries()) expect(decades[i]).toBeCloseTo(value, 12);
    expect(cellBorders([5], 'linear')).toEqual([4.5, 5.5]);
    expect(cellBorders([], 'linear')).toEqual([]);
  });
});
