import { describe, expect, it } from 'vitest';
import { lossPlot, MARGIN, TOP } from '../../../tui/line/loss-plot.js';
import type { Panel, PanelPoint } from '../../../tui/line/panel.js';
import { placesOf, textOf } from '../text.js';

/** Four decades on 41 columns: ten columns each. Twelve rows for losses of 0 to 1.2: ten rows for one. */
const RANGE = [1e-4, 1] as const;
const SIZE = { width: 47, height: 13 };

const panel = (given: Partial<Panel>): Panel => ({
  title: 'network',
  elrRange: RANGE,
  curve: undefined,
  thresholds: [],
  points: [],
  ...given,
});
const point = (elr: number, value: number, regime: PanelPoint['regime'] = 'convergence') => ({ elr, value, regime });
const plotted = (given: Partial<Panel>, cursor?: number): string[] =>
  textOf(lossPlot(panel(given), { ...SIZE, cursor }));

describe('points of a loss plot', () => {
  it('lie where hand arithmetic says, each with the mark of its regime', () => {
    const lines = plotted({
      points: [
        point(1e-4, 0),
        point(1e-2, 0.5, 'chaotic equilibrium'),
        point(10 ** -1.5, 0.34, 'undecided'),
        point(1, 1, 'divergence'),
      ],
    });
    expect(placesOf(lines, 'o')).toEqual([[12, 6]]);
    expect(placesOf(lines, '*')).toEqual([[7, 26]]);
    expect(placesOf(lines, '?')).toEqual([[9, 31]]);
    expect(placesOf(lines, 'x')).toEqual([[2, 46]]);
  });

  it('lie on the border where they are out of range', () => {
    const lines = plotted({ points: [point(1e-3, 1e300), point(1e-2, -5, 'divergence')] });
    expect(placesOf(lines, 'o')).toEqual([[0, 16]]);
    expect(placesOf(lines, 'x')).toEqual([[12, 26]]);
  });

  it('are left out where there is no number, or no such ELR on the axis', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY].map((value) => point(1e-2, value));
    expect(placesOf(plotted({ points: [...values, point(1e-6, 0.5), point(100, 0.5)] }), 'o')).toEqual([]);
  });

  it('show the one under the cursor where two share a place', () => {
    const points = [point(1e-2, 0.5, 'divergence'), point(1.001e-2, 0.5, 'chaotic equilibrium')];
    expect(placesOf(plotted({ points }, 1e-2), 'x')).toEqual([[7, 26]]);
    expect(placesOf(plotted({ points }, 1.001e-2), '*')).toEqual([[7, 26]]);
  });
});

describe('the axes of a loss plot', () => {
  it('have exactly the lines and columns asked for', () => {
    for (const [width, height] of [
      [29, 4],
      [39, 10],
      [59, 30],
    ] as const) {
      const lines = textOf(lossPlot(panel({ curve: () => 0.5 }), { width, height }));
      expect(lines).toHaveLength(height + 2);
      expect(lines.every((line) => [...line].length === width)).toBe(true);
    }
  });

  it('carry a tick and a label at every decade, and the cursor', () => {
    const [rule, labels] = plotted({}, 1e-3).slice(-2);
    expect(rule).toBe(`     └┬${'─'.repeat(9)}▲${'─'.repeat(9)}┬${'─'.repeat(9)}┬${'─'.repeat(9)}┬`);
    expect(labels).toBe(' ELR  1e-4    0.001     0.01       0.1        1');
  });

  it('label the rows with the losses they stand for', () => {
    const lines = plotted({});
    lines.slice(0, SIZE.height).forEach((line, row) => {
      expect(Number(line.slice(0, 4))).toBeCloseTo((TOP * (SIZE.height - 1 - row)) / (SIZE.height - 1), 2);
    });
  });

  it('show thresholds as dotted columns, none beyond the axis', () => {
    const lines = plotted({ thresholds: [1e-3, 1e-1, 1e3].map((elr) => ({ elr, name: '' })) });
    const columns = new Set(placesOf(lines, '┊').map(([, column]) => column));
    expect([...columns].sort((a, b) => a - b)).toEqual([16, 36]);
    expect(placesOf(lines, '┊')).toHaveLength(2 * SIZE.height);
  });

  it('bear a single ELR in the middle', () => {
    const lines = plotted({ elrRange: [10 ** -4.5, 10 ** 0.5], points: [point(1e-2, 0.5)] }, 1e-2);
    expect(placesOf(lines, 'o')).toEqual([[7, 26]]);
    expect(placesOf(lines, '▲')).toEqual([[13, 26]]);
  });
});

describe('the closed form in a loss plot', () => {
  const threshold = 10 ** -2.5;
  const curve = (elr: number): number => Math.max(0, 1 - threshold / elr);

  it('is followed within one row in every column', () => {
    const lines = plotted({ curve });
    for (let column = 0; column < SIZE.width - MARGIN; column++) {
      const exact = 12 - 10 * curve(1e-4 * 10 ** (column / 10));
      const rows = placesOf(lines.slice(0, SIZE.height), '┤').map(([row]) => row);
      const drawn = rows.filter((row) => lines[row]![MARGIN + column] !== ' ');
      expect(drawn.length, `column ${column}`).toBeGreaterThan(0);
      expect(Math.min(...drawn.map((row) => Math.abs(row - exact)))).toBeLessThanOrEqual(1);
    }
  });

  it('is a straight line where it is constant, and absent where nothing predicts it', () => {
    expect(plotted({ curve: () => 0.5 })[7]).toBe(`0.50 ┤${'─'.repeat(41)}`);
    expect(
      plotted({})
        .slice(0, SIZE.height)
        .every((line) => line.slice(MARGIN).trim() === ''),
    ).toBe(true);
  });
});
