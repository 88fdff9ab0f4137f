import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureLines } from '../../../tui/canvas/canvas.js';
import { GLYPHS } from '../../../tui/canvas/glyphs.js';
import type { Figure, FigureCells, FigureSeries } from '../../../tui/figure/figure.js';
import { withCursor } from '../../../tui/figure/figure.js';
import { lineText } from '../../../tui/line/styled.js';
import { figureOf, seriesOf } from '../figure/example.js';
import { placesOf, textOf } from '../text.js';

/** Ten by one, both from zero; 44 columns of 16 lines leave a plot of 40 x 11 behind three of labels and two of title. */
const unit = (series: readonly FigureSeries[], changes: Partial<Figure> = {}): Figure => ({
  ...figureOf(series),
  x: { label: 'x', scale: 'linear', range: [0, 10] },
  y: { label: 'y', scale: 'linear', range: [0, 1] },
  ...changes,
});
const SIZE = { width: 44, height: 16 };
const LEFT = 4;
const TOP = 2;
const ROWS = 11;

const point = (x: number, y: number, changes = {}): FigureSeries => ({
  name: 'p',
  kind: 'points',
  points: [{ x, y, regime: 'divergence', ...changes }],
});

/** Row from below and column of the marks in the plot. */
const marksIn = (lines: readonly string[], mark: string): [number, number][] =>
  placesOf(lines.slice(TOP, TOP + ROWS), mark).map(([row, column]) => [ROWS - 1 - row, column - LEFT]);

describe('a figure in a terminal', () => {
  it('has a mark where hand arithmetic puts it', () => {
    for (const [x, y, column, row] of [
      [5, 0.5, 20, 5],
      [0, 0, 0, 0],
      [10, 1, 39, 10],
      [2.5, 0.95, 10, 10],
      [9.99, 0.09, 39, 0],
    ] as const) {
      expect(marksIn(textOf(figureLines(unit([point(x, y)]), SIZE)), 'x')).toEqual([[row, column]]);
    }
  });

  it('has it there on logarithmic axes too', () => {
    const figure = unit([point(1e-3, 10)], {
      x: { label: 'x', scale: 'logarithmic', range: [1e-5, 1] },
      y: { label: 'y', scale: 'logarithmic', range: [0.1, 1000] },
    });
    // Labels are as wide as 1000: 39 columns. 2/5 of them, and half of 11 rows.
    const lines = textOf(figureLines(figure, SIZE));
    expect(placesOf(lines.slice(TOP, TOP + ROWS), 'x')).toEqual([[5, 5 + Math.floor(0.4 * 39)]]);
    expect(lines[TOP + ROWS + 1]).toMatch(/1e-4 +1e-2 +1$/);
  });

  it('draws a line through the dots between its points', () => {
    const figure = unit([
      seriesOf('line', [
        [0, 0],
        [10, 1],
      ]),
    ]);
    const rows = textOf(figureLines(figure, { ...SIZE, glyphs: 'ascii' })).slice(TOP, TOP + ROWS);
    const columns = rows.map((row) => [...row.slice(LEFT)].flatMap((char, i) => (char === '.' ? [i] : [])));
    expect(columns.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    // Row r from below holds the columns whose place on the line is nearest.
    for (const [row, inRow] of columns.entries())
      for (const column of inRow) expect(Math.abs((column * 10) / 39 - (10 - row))).toBeLessThanOrEqual(0.5 + 1e-9);
  });

  it('has points in the same cells with all glyphs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 10, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
          minLength: 1,
          maxLength: 12,
        }),
        (places) => {
          const dots = places.map((place): FigureSeries => seriesOf('line', [place]));
          const cells = GLYPHS.map((glyphs) =>
            textOf(figureLines(unit(dots), { ...SIZE, glyphs }))
              .slice(TOP, TOP + ROWS)
              .map((line) => [...line.slice(LEFT)].map((char) => (char === ' ' ? ' ' : '#')).join('')),
          );
          expect(cells[1]).toEqual(cells[0]);
          expect(cells[2]).toEqual(cells[0]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has error bars as long as the errors, to the end of the axis where it is logarithmic', () => {
    const lines = textOf(figureLines(unit([point(5, 0.5, { error: 0.2 })]), { ...SIZE, glyphs: 'ascii' }));
    const bar = marksIn(lines, '|').filter(([, column]) => column === 20);
    // 0.3 to 0.7 of 11 rows: 3 to 7, the mark in the middle.
    expect(bar.map(([row]) => row)).toEqual([7, 6, 4, 3]);
    const figure = unit([point(5, 1, { error: 2 })], { y: { label: 'y', scale: 'logarithmic', range: [0.01, 100] } });
    const rows = placesOf(textOf(figureLines(figure, { ...SIZE, glyphs: 'ascii' })).slice(TOP, TOP + ROWS), '|');
    const column = placesOf(textOf(figureLines(figure, SIZE)).slice(TOP, TOP + ROWS), 'x')[0]![1];
    expect(Math.max(...rows.filter((place) => place[1] === column).map(([row]) => row))).toBe(ROWS - 1);
    for (const error of [Number.NaN, Number.POSITIVE_INFINITY, 0]) {
      const none = textOf(figureLines(unit([point(5, 0.5, { error })]), { ...SIZE, glyphs: 'ascii' }));
      expect(marksIn(none, '|').filter(([, at]) => at === 20)).toEqual([]);
    }
  });

  it('puts what is beyond the axes on their border', () => {
    expect(marksIn(textOf(figureLines(unit([point(50, 7)]), SIZE)), 'x')).toEqual([[10, 39]]);
  });

  it('draws the theory over lines and between marks, which stay', () => {
    const flat = (kind: 'line' | 'theory') =>
      seriesOf(kind, [
        [0, 0.5],
        [10, 0.5],
      ]);
    const lines = figureLines(unit([flat('theory'), flat('line'), point(5, 0.5)]), SIZE);
    const row = lines[TOP + ROWS - 1 - 5]!;
    expect(row.filter(({ bold }) => bold).map(({ text }) => text.length)).toEqual([20, 1, 19]);
    expect(row.some(({ color }) => color === 'blue')).toBe(false);
  });

  it('ends lines in the mark of their regime, with their label', () => {
    const line: FigureSeries = {
      ...seriesOf('line', [
        [0, 0.2],
        [8, 0.2],
      ]),
      regime: 'convergence',
      label: '1e-3',
    };
    const lines = textOf(figureLines(unit([line]), { width: 80, height: 16 }));
    expect(lines[TOP + ROWS - 1 - 2]).toMatch(/o +1e-3$/);
    const path: FigureSeries = { ...line, kind: 'path' };
    expect(textOf(figureLines(unit([path]), { width: 80, height: 16 })).join('\n')).toMatch(/o1e-3 /);
  });

  it('has verticals of thresholds and of the cursor where nothing else is', () => {
    const marks = [{ x: 2.5, name: 't', kind: 'threshold' as const }];
    const figure = withCursor(
      unit([{ ...point(5, 0.5), points: [{ x: 5, y: 0.5, regime: 'divergence', key: 'k' }] }], { marks }),
      {
        x: 5,
        keys: ['k'],
      },
    );
    const styled = figureLines(figure, SIZE);
    const lines = textOf(styled);
    expect(marksIn(lines, '┊').map(([, column]) => column)).toEqual(Array(ROWS).fill(10));
    expect(marksIn(lines, '│').filter(([, column]) => column === 20)).toHaveLength(ROWS - 1);
    expect(lines[TOP + ROWS]![LEFT + 20]).toBe('▲');
    expect(styled.flat().find(({ inverse }) => inverse)).toMatchObject({ text: 'x' });
    const beyond = unit([point(5, 0.5)], { marks: [{ x: 99, name: 't', kind: 'threshold' }] });
    expect(textOf(figureLines(beyond, SIZE)).join('')).not.toContain('┊');
  });

  it('says what is left out, and that there is nothing', () => {
    const bad = unit([
      seriesOf('points', [
        [1, Number.NaN],
        [2, 0.5],
        [3, Number.POSITIVE_INFINITY],
      ]),
    ]);
    expect(textOf(figureLines(bad, SIZE)).at(-1)!.trim()).toBe('2 points left out: not finite');
    expect(textOf(figureLines(unit([]), SIZE)).join('\n')).toContain('nothing to draw yet');
  });
});

const cells: FigureCells = {
  ...{ x: [1, 2, 3, 4], y: [1, 2], label: 'regime', kind: 'states' },
  values: [
    ['convergence', 'chaotic equilibrium', 'divergence', null],
    ['undecided', 'collapsed', 'quasi-periodic', 'convergence'],
  ],
};
const diagram: Figure = { ...figureOf([]), cells };

describe('a diagram in a terminal', () => {
  const plotOf = (lines: readonly string[]): string[] =>
    lines.filter((line) => /[│┤|+]/.test(line) && !/[└]|\+-/.test(line));

  it('without colour is marks, y upwards', () => {
    const lines = plotOf(textOf(figureLines(diagram, { width: 42, height: 12, color: false })));
    const row = (text: string) => text.replace(/^.*[│┤]/, '');
    expect(row(lines[0]!)).toBe(['?', '!', '~', 'o'].map((mark) => mark.repeat(10)).join(''));
    expect(row(lines.at(-1)!)).toMatch(/^o{10}\*{10}x{10}/);
  });

  it('in colour is half blocks, two rows of cells in a line', () => {
    const lines = figureLines(diagram, { width: 42, height: 13 });
    const blocks = lines.flat().filter(({ background }) => background !== undefined);
    expect(new Set(blocks.map(({ background }) => background)).size).toBeGreaterThan(3);
    // Seven rows of plot, fourteen of halves: the border between the two rows of cells is inside the fourth line.
    expect(blocks.some(({ color, background }) => color === 'gray' && background === 'cyan')).toBe(true);
  });

  it('tells runs from cells by brackets where there is no colour, by black on colour where there is', () => {
    const runs = {
      ...diagram,
      series: [
        { name: 'r', kind: 'points' as const, points: [{ x: 2, y: 1, regime: 'chaotic equilibrium' as const }] },
      ],
    };
    expect(textOf(figureLines(runs, { width: 42, height: 12, color: false })).join('\n')).toContain('[*]');
    const mark = figureLines(runs, { width: 42, height: 12 })
      .flat()
      .find(({ text, color }) => text === '*' && color === 'black');
    expect(mark).toMatchObject({ background: 'yellow' });
  });

  const shown = (cells: FigureCells): { plot: string[]; text: string } => {
    const lines = textOf(figureLines({ ...diagram, cells }, { width: 42, height: 12, color: false }));
    return { plot: plotOf(lines).map((line) => line.replace(/^.*[│┤]/, '')), text: lines.join('\n') };
  };
  const places = { x: [1, 2], y: [1, 2], label: 'l' };

  it('of numbers has shades from the least to the largest, and marks a cell that collapsed as such', () => {
    const cells: FigureCells = {
      ...places,
      ...{
        kind: 'numbers',
        values: [
          [0, 0.5],
          [1, Number.NaN],
        ],
      },
    };
    const { plot, text } = shown(cells);
    expect(plot[0]).toBe(`${'█'.repeat(20)}${'!'.repeat(20)}`);
    expect(plot.at(-1)).toBe(`${' '.repeat(20)}${'▒'.repeat(20)}`);
    expect(text).toMatch(/l 0 \[.*\] 1 {2}! collapsed/);
    const colored = figureLines({ ...diagram, cells }, { width: 42, height: 12 }).flat();
    // Three values, the darkest, the one in the middle of five and the brightest; red collapsed.
    const grounds = new Set(colored.map(({ background }) => background).filter((name) => name !== undefined));
    expect(grounds).toEqual(new Set(['blue', 'cyan', 'whiteBright', 'red']));
    expect(colored).toContainEqual(expect.objectContaining({ text: '!', color: 'red' }));
  });

  it('fills a coarse diagram from the cells that are known', () => {
    const { plot } = shown({
      ...places,
      ...{
        kind: 'states',
        values: [
          ['divergence', null],
          [null, null],
        ],
      },
    });
    expect(plot.every((row) => row === 'x'.repeat(40))).toBe(true);
  });
});

const WIDE: Figure = {
  ...figureOf([
    ...Array.from(
      { length: 60 },
      (_, i): FigureSeries => ({
        ...seriesOf(
          'line',
          Array.from({ length: 500 }, (_, x) => [x, 10 ** (Math.sin(i + x / 9) * 200)] as const),
        ),
        ...{ regime: 'chaotic equilibrium', label: `label ${i}` },
      }),
    ),
    seriesOf('points', [
      [Number.NaN, 1],
      [1, -1],
      [1e308, 1e308],
    ]),
  ]),
  title: 'A title that is much longer than any terminal would ever have room for, and then some more words',
  notes: ['a note that is longer than sixty columns, which has to be cut at a word or two before its end', 'b', 'c'],
};
const SHAPES: Readonly<Record<string, Figure>> = {
  wide: WIDE,
  logarithmic: { ...WIDE, y: { ...WIDE.y, scale: 'logarithmic' }, x: { ...WIDE.x, scale: 'logarithmic' } },
  empty: figureOf([]),
  'one point': figureOf([seriesOf('points', [[3, 4]])]),
  'nothing finite': figureOf([seriesOf('line', [[Number.NaN, Number.NaN]])]),
  diagram,
  numbers: {
    ...diagram,
    cells: {
      ...cells,
      kind: 'numbers',
      values: [
        [1, 2, null, Number.NEGATIVE_INFINITY],
        [3, 4, 5, 6],
      ],
    },
  },
  'sixty groups': {
    ...figureOf([
      seriesOf(
        'measured bars',
        Array.from({ length: 60 }, (_, i) => [i, i] as const),
      ),
    ]),
    x: { label: 'group', scale: 'linear', categories: Array.from({ length: 60 }, (_, i) => `a group ${i}`) },
  },
};

describe('every figure', () => {
  it.each(Object.entries(SHAPES))('%s has exactly the size asked for, in any glyphs and any size', (_, figure) => {
    for (const [width, height] of [
      [60, 20],
      [80, 24],
      [120, 40],
      [250, 80],
      [39, 12],
      [20, 8],
      [9, 5],
      [1, 1],
    ] as const) {
      for (const glyphs of GLYPHS) {
        for (const color of [true, false]) {
          const lines = figureLines(figure, { width, height, glyphs, color });
          expect(lines.map((line) => [...lineText(line)].length)).toEqual(Array(height).fill(width));
        }
      }
    }
  });

  it.each(Object.entries(SHAPES))('%s is ASCII where that is asked for', (_, figure) => {
    const text = textOf(figureLines(figure, { width: 80, height: 24, glyphs: 'ascii' })).join('');
    expect(text).toMatch(/^[\x20-\x7e]+$/);
  });

  it('says where there is no room', () => {
    expect(textOf(figureLines(WIDE, { width: 30, height: 5 })).join('\n')).toContain('no room for a plot');
  });

  it('has few pieces in a line: Ink takes its time over every one', () => {
    const runs = figureLines(diagram, { width: 120, height: 40 });
    expect(Math.max(...runs.map((line) => line.length))).toBeLessThan(16);
  });
});
