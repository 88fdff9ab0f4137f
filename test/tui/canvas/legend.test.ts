import { describe, expect, it } from 'vitest';
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
const textAt = (width: number): string => lineText(legend(FIGURE, width, GLYPH_SETS.braille, true));

describe('the legend', () => {
  it('names what is there, regimes first and in one order', () => {
    expect(textAt(140)).toBe(
      'o convergence  * chaotic equilibrium  x divergence  ─ closed form  ─ ─ line through two equilibria  ┊ thresholds  ▲ cursor',
    );
  });

  it('shortens names before it leaves any out, and never a regime before the rest', () => {
    expect(textAt(115)).toContain('* equilibrium  x divergence');
    expect(textAt(80)).toBe('o conv  * equi  x dive  ─ closed form  ─ ─ line…  ┊ thresholds  ▲ cursor');
    expect(textAt(39)).toBe('o conv  * equi  x dive  ─ closed form');
    expect(textAt(30)).toBe('o conv  * equi  x dive');
    expect(textAt(3)).toBe('');
  });

  it('never is wider than it may be', () => {
    for (let width = 0; width < 140; width++) expect(textAt(width).length).toBeLessThanOrEqual(width);
  });

  it('names a single threshold by its own name', () => {
    const one = { ...FIGURE, marks: FIGURE.marks.slice(0, 1) };
    expect(lineText(legend(one, 140, GLYPH_SETS.ascii, true))).toMatch(/: a$/);
  });
});
