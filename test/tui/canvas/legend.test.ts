import { describe, expect, it } from 'vitest';
import { valueRamp } from '../../../tui/canvas/cell-style.js';
import { GLYPH_SETS } from '../../../tui/canvas/glyphs.js';
import { legend } from '../../../tui/canvas/legend.js';
import type { Figure, FigureRegime } from '../../../tui/figure/figure.js';
import { lineText } from '../../../tui/line/styled.js';
import { figureOf, seriesOf } from '../figure/example.js';

const REGIMES: readonly FigureRegime[] = ['divergence', 'convergence', 'chaotic equilibrium'];
const FIGURE: Figure = {
  ...figureOf([
    { name: 'runs', kind: 'points', points: REGIMES.map((regime, x) => ({ x, y: 1, regime })) },
    { ...seriesOf('theory', [[1, 1]]), name: 'closed form' },
    { ...seriesOf('theory', [[1, 1]]), name: 'line through two equilibria', look: 'dashed' },
    seriesOf('theory', []),
  ]),
  marks: [
    { x: 1, name: 'a', kind: 'threshold' },
    { x: 2, name: 'b', kind: 'threshold' },
    { x: 2, name: 'c', kind: 'cursor' },
  ],
};
const RAMP = valueRamp({ isAscii: false, color: true });
/** The line of its own, and what stands beside a label. */
const linesAt = (line: number, beside: number): string[] =>
  legend(FIGURE, { line, beside }, GLYPH_SETS.braille, RAMP).map(lineText);
const textAt = (width: number): string => linesAt(width, 0)[0]!;

describe('the legend', () => {
  it('names what is there, regimes first and in one order', () => {
    expect(textAt(140)).toBe(
      'o convergence  * chaotic equilibrium  x divergence  ─ closed form  ─ ─ line through two equilibria  ┊ thresholds  ▲ cursor',
    );
  });

  it('shortens names before it leaves any out, and never a regime before the rest', () => {
    expect(textAt(115)).toContain('* equilibrium  x divergence  ─ closed form  ─ ─ T4  ┊ thresh.  ▲ cursor');
    expect(textAt(70)).toBe('o conv  * equi  x dive  ─ closed form  ─ ─ T4  ┊ thresh.  ▲ cursor');
    expect(textAt(60)).toBe('o conv * equi x dive ─ closed form ─ ─ T4 ┊ thresh. ▲ cursor');
    expect(textAt(41)).toBe('o conv * equi x dive ─ closed form ─ ─ T4');
    expect(textAt(29)).toBe('o conv * equi x dive');
    expect(textAt(3)).toBe('');
  });

  it('stands beside the label where it fits, or goes on there, so that nothing is left out', () => {
    expect(linesAt(80, 130)).toEqual(['', textAt(140)]);
    expect(linesAt(100, 30)).toEqual([
      'o convergence  * chaotic equilibrium  x divergence  ─ closed form  ─ ─ line through two equilibria',
      '┊ thresholds  ▲ cursor',
    ]);
    expect(linesAt(39, 28)).toEqual(['o conv  * equi  x dive  ─ closed form', '─ ─ T4  ┊ thresh.  ▲ cursor']);
  });

  it('never is wider than it may be', () => {
    for (let width = 0; width < 140; width++) expect(textAt(width).length).toBeLessThanOrEqual(width);
  });

  it('names a single threshold by its own name', () => {
    const one = { ...FIGURE, marks: FIGURE.marks.slice(0, 1) };
    expect(lineText(legend(one, { line: 140, beside: 0 }, GLYPH_SETS.ascii, RAMP)[0])).toMatch(/: a$/);
  });
});
