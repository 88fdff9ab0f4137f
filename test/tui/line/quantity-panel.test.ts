import { describe, expect, it } from 'vitest';
import { evaluateCells } from '../../../toy/phase/cells.js';
import { equilibrium } from '../../../toy/theory/equilibrium.js';
import { lossPlot } from '../../../tui/line/loss-plot.js';
import { quantityPanel } from '../../../tui/line/quantity-panel.js';
import { lineText } from '../../../tui/line/styled.js';

const elrs = [0.05, 0.1, 0.2, 0.5, 1];
const cells = evaluateCells(
  elrs.map((elr) => ({ alpha: [1, 2, 4], elr })),
  { steps: 500, lyapunov: true },
);
const given = { elrs, cells, thresholds: [] };

describe('a quantity against the ELR', () => {
  it('is drawn over its closed form on an axis that holds every point', () => {
    const closed = (elr: number) => equilibrium([1, 2, 4], elr).loss;
    const panel = quantityPanel({ ...given, quantity: 'loss', value: ({ loss }) => loss, closed });
    expect(panel.points.map(({ value }) => value)).toEqual(cells.map(({ loss }) => loss));
    expect(panel.curve!(0.5)).toBe(closed(0.5));
    const [low, high] = panel.valueRange!;
    for (const { value } of panel.points) expect(value >= low && value <= high).toBe(true);
    const text = lossPlot(panel, { width: 60, height: 12 }).map(lineText);
    expect(text).toHaveLength(14);
    for (const line of text) expect([...line].length).toBeLessThanOrEqual(60);
    expect(text.join('')).toMatch(/\*/);
  });

  it('of many decades is drawn by its logarithm, without what has converged', () => {
    const panel = quantityPanel({ ...given, quantity: 'ess', value: ({ ess }) => ess, closed: undefined });
    expect(panel.points[4]!.value).toBeCloseTo(Math.log10(cells[4]!.ess), 14);
    // Below the threshold of 1/7 the ESS is 0 but for rounding.
    expect(panel.points[0]!.value).toBeNaN();
    expect(panel.curve).toBeUndefined();
  });

  it('may be negative, missing or collapsed', () => {
    const broken = cells.map((cell, i) =>
      i === 2 ? { ...cell, collapsed: true } : { ...cell, lyapunov: i === 3 ? null : -1 },
    );
    const panel = quantityPanel({
      ...given,
      cells: broken,
      quantity: 'lyapunov',
      value: ({ lyapunov }) => lyapunov ?? Number.NaN,
      closed: undefined,
    });
    expect(panel.points.map(({ value }) => value)).toEqual([-1, -1, Number.NaN, Number.NaN, -1]);
    expect(panel.valueRange![0]).toBe(-1);
    expect(() => lossPlot(panel, { width: 40, height: 6 })).not.toThrow();
  });
});
