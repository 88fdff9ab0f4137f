import { describe, expect, it } from 'vitest';
import { figureLines } from '../../../tui/canvas/canvas.js';
import type { Figure, FigureSeries } from '../../../tui/figure/figure.js';
import { figureOf } from '../figure/example.js';
import { textOf } from '../text.js';

/** Ten by one, both from zero; 44 columns of 16 lines leave a plot of 40 x 11 behind three of labels and two of title. */
const [COLUMNS, ROWS, LEFT, TOP] = [40, 11, 4, 2];

const line = (values: readonly number[], changes: Partial<FigureSeries> = {}): FigureSeries => ({
  ...{ name: 'l', kind: 'line', points: values.map((y, i) => ({ x: (10 * i) / Math.max(1, values.length - 1), y })) },
  ...changes,
});

const plotOf = (series: readonly FigureSeries[], changes: Partial<Figure> = {}): string[] => {
  const figure: Figure = {
    ...figureOf(series),
    x: { label: 'x', scale: 'linear', range: [0, 10] },
    y: { label: 'y', scale: 'linear', range: [0, 1] },
    ...changes,
  };
  const lines = textOf(figureLines(figure, { width: LEFT + COLUMNS, height: 16, glyphs: 'box', color: false }));
  return lines.slice(TOP, TOP + ROWS).map((text) => text.slice(LEFT));
};

/** Rows from below that something is drawn on, in a column. */
const rowsAt = (lines: readonly string[], column: number): number[] =>
  lines.flatMap((text, row) => (text[column] === ' ' ? [] : [ROWS - 1 - row]));

describe('a curve of box-drawing characters', () => {
  it('of one level is a line across the whole plot', () => {
    const lines = plotOf([line([0.5, 0.5])]);
    expect(lines[5]).toBe('─'.repeat(COLUMNS));
    expect(lines.filter((text) => text.trim() !== '')).toHaveLength(1);
  });

  it('is within one row of the straight line between its points, in every column', () => {
    const lines = plotOf([line([0, 1])]);
    for (let column = 0; column < COLUMNS; column++) {
      // A row is a bin of values; the middle of the lowest one is half a row above zero.
      const exact = (column / (COLUMNS - 1)) * ROWS - 0.5;
      const drawn = rowsAt(lines, column);
      expect(drawn.length, `column ${column}`).toBeGreaterThan(0);
      // Half a row by rounding, and a column shows the step to the row of the next one, 11 / 39 of a row on.
      for (const row of drawn) expect(Math.abs(row - exact), `column ${column}`).toBeLessThanOrEqual(0.8);
    }
  });

  it('of a power law is straight on logarithmic axes', () => {
    const points = [1e-2, 1e-1, 1, 10].map((x) => ({ x, y: x ** 2 }));
    const axis = (label: string, range: [number, number]) => ({ label, scale: 'logarithmic' as const, range });
    const lines = plotOf([{ name: 'l', kind: 'line', points }], {
      x: axis('x', [1e-2, 10]),
      y: axis('y', [1e-4, 100]),
    });
    for (const [column, row] of [
      [0, 0],
      [20, 5],
      [39, 10],
    ] as const) {
      expect(rowsAt(lines, column).some((drawn) => Math.abs(drawn - row) <= 1)).toBe(true);
    }
  });

  it('has a gap where a value is not finite, and shows a value between two gaps', () => {
    const lines = plotOf([line([0.5, 0.5, Number.NaN, 0.5, Number.POSITIVE_INFINITY, 0.5, 0.5])]);
    const row = lines.find((text) => text.trim() !== '')!;
    // Seven points, 40 / 6 columns apart: gaps around the third and the fifth, the fourth alone in the middle.
    expect(row.trimEnd()).toMatch(/^─{7,8} +─ +─{6,8}$/);
    expect(row[20]).toBe('─');
  });

  it('of a single value is a mark, of none nothing', () => {
    expect(rowsAt(plotOf([line([0.5])]), 0)).toEqual([5]);
    expect(
      plotOf([line([])])
        .join('')
        .trim(),
    ).toBe('nothing to draw yet');
  });

  it('of more points than columns is drawn through their means', () => {
    // Alternating 0 and 1: every mean of an even number of values is a half.
    const lines = plotOf([line(Array.from({ length: 40 * COLUMNS }, (_, i) => i % 2))]);
    expect(lines[5]).toBe('─'.repeat(COLUMNS));
  });

  it('takes huge and tiny values', () => {
    for (const values of [
      [-1.5e308, 1.5e308],
      [1e-300, 3e-300],
    ]) {
      const figure: Figure = figureOf([line(values)]);
      const lines = textOf(figureLines(figure, { width: 60, height: 16, glyphs: 'box', color: false }));
      const rows = lines.filter((text) => /[│┤]/.test(text)).map((text) => text.replace(/^.*?[│┤]/, ''));
      expect(rows[0]!.trimEnd()).toMatch(/^ +╭─+$/);
      expect(rows.at(-1)).toMatch(/^ *─+╯ +$/);
    }
  });

  it('is dotted where it is theory, which shows where measurements depart from it', () => {
    const half = line([0.5, 0.5], { kind: 'theory' });
    const [apart, together] = [plotOf([line([0, 0]), half]), plotOf([line([0.5, 0.5]), half])];
    expect(apart[5]).toBe('┄'.repeat(COLUMNS));
    expect(apart[10]).toBe('─'.repeat(COLUMNS));
    expect(together[5]).toBe('─'.repeat(COLUMNS));
  });

  it('runs below marks of points', () => {
    const points: FigureSeries = { name: 'p', kind: 'points', points: [{ x: 5, y: 0.5, regime: 'divergence' }] };
    expect(plotOf([line([0.5, 0.5]), points])[5]).toBe(`${'─'.repeat(20)}x${'─'.repeat(19)}`);
  });
});
