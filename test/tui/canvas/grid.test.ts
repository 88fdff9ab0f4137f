import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GLYPH_SETS, type Glyphs } from '../../../tui/canvas/glyphs.js';
import { Grid, type Ink, placeOf } from '../../../tui/canvas/grid.js';
import { clipped, polyline } from '../../../tui/canvas/strokes.js';
import { createScale } from '../../../tui/figure/scale.js';
import { lineText } from '../../../tui/line/styled.js';

const INK: Ink = { char: '.', color: 'blue' };
const gridOf = (columns: number, rows: number, glyphs: Glyphs = 'braille') =>
  new Grid(columns, rows, GLYPH_SETS[glyphs]);
const textOf = (grid: Grid): string[] => Array.from({ length: grid.rows }, (_, row) => lineText(grid.line(row)));

describe('places', () => {
  it('are equal bins, the upper end in the last', () => {
    expect([0, 0.09, 0.1, 0.5, 0.99, 1].map((part) => placeOf(part, 10))).toEqual([0, 0, 1, 5, 9, 9]);
    // 0.1 + 0.2 and 0.7 - 0.4 are not 0.3, to either side.
    expect([0.1 + 0.2, 0.7 - 0.4].map((part) => placeOf(part, 10))).toEqual([3, 3]);
  });

  it('beyond the axis are on its border', () => {
    expect([-5, 7].map((part) => placeOf(part, 10))).toEqual([0, 9]);
  });

  it('of decades are where logarithms are whole parts', () => {
    const { part } = createScale('logarithmic', [1e-5, 1]);
    expect([1e-5, 1e-4, 1e-3, 1e-2, 1e-1].map((value) => placeOf(part(value), 50))).toEqual([0, 10, 20, 30, 40]);
  });

  it('of dots are in the cell that a mark of the same value has', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 250 }), (part, cells) => {
        for (const dots of [2, 4]) expect(Math.floor(placeOf(part, dots * cells) / dots)).toBe(placeOf(part, cells));
      }),
    );
  });
});

describe('dots', () => {
  it('are the bits of braille: 1 2 3 7 on the left, 4 5 6 8 on the right', () => {
    const corners = gridOf(4, 1);
    for (const [i, [x, y]] of (
      [
        [0, 0],
        [1, 0],
        [0, 3],
        [1, 3],
      ] as const
    ).entries())
      corners.dot(2 * i + x, y, INK);
    expect(textOf(corners)).toEqual(['⠁⠈⡀⢀']);
    const all = gridOf(1, 1);
    for (let x = 0; x < 2; x++) for (let y = 0; y < 4; y++) all.dot(x, y, INK);
    expect(textOf(all)).toEqual(['⣿']);
  });

  it('are quarters in blocks, and one character of their series in ascii', () => {
    const blocks = gridOf(5, 1, 'block');
    for (const [x, y] of [
      [0, 0],
      [3, 0],
      [4, 1],
      [7, 1],
      [8, 0],
      [8, 1],
    ] as const)
      blocks.dot(x, y, INK);
    expect(textOf(blocks)).toEqual(['▘▝▖▗▌']);
    const ascii = gridOf(3, 1, 'ascii');
    ascii.dot(1, 0, INK);
    expect(textOf(ascii)).toEqual([' . ']);
  });

  it('beyond the grid are not drawn', () => {
    const grid = gridOf(2, 1);
    for (const [x, y] of [
      [-1, 0],
      [4, 0],
      [0, -1],
      [0, 4],
    ] as const)
      grid.dot(x, y, INK);
    expect(textOf(grid)).toEqual(['  ']);
  });

  it('have the ink that came last, characters before them', () => {
    const grid = gridOf(2, 1);
    grid.dot(0, 0, INK);
    grid.dot(1, 0, { char: '.', color: 'red' });
    grid.dot(2, 0, INK);
    grid.put(1, 0, { text: 'x' });
    grid.putBehind(0, 0, { text: '|' });
    expect(grid.line(0)).toMatchObject([{ text: '⠉', color: 'red' }, { text: 'x' }]);
  });

  it('on a coloured ground are black on its colour', () => {
    const grid = gridOf(1, 1);
    grid.ground(0, 0, { text: '▀', color: 'cyan', background: 'yellow' });
    expect(grid.line(0)).toEqual([{ text: '▀', color: 'cyan', background: 'yellow' }]);
    grid.put(0, 0, { text: 'o', color: 'cyan' });
    expect(grid.line(0)).toEqual([{ text: 'o', color: 'black', background: 'cyan', inverse: false }]);
  });
});

describe('lines', () => {
  it('go through every place between their ends', () => {
    const grid = gridOf(5, 5, 'ascii');
    polyline(
      grid,
      [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
      INK,
    );
    expect(textOf(grid)).toEqual(['    .', '   . ', '  .  ', ' .   ', '.    ']);
  });

  it('of a power law are straight on logarithmic axes', () => {
    const [x, y] = [createScale('logarithmic', [1, 100]), createScale('logarithmic', [1, 10_000])];
    const places = Array.from({ length: 200 }, (_, i) => 100 ** (i / 199)).map((value) => ({
      x: x.part(value),
      y: y.part(value ** 2),
    }));
    const grid = gridOf(8, 8, 'ascii');
    polyline(grid, places, INK);
    expect(textOf(grid)).toEqual(Array.from({ length: 8 }, (_, row) => `${' '.repeat(7 - row)}.${' '.repeat(row)}`));
  });

  it('are cut where they leave the axes', () => {
    expect(clipped({ x: -1, y: -1 }, { x: 2, y: 2 })).toEqual([
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ]);
    expect(clipped({ x: 0.5, y: 0.5 }, { x: 0.5, y: 3 })).toEqual([
      { x: 0.5, y: 0.5 },
      { x: 0.5, y: 1 },
    ]);
    expect(clipped({ x: -1, y: 0.5 }, { x: -0.1, y: 0.6 })).toBeUndefined();
    expect(clipped({ x: -1, y: 0.5 }, { x: 0.5, y: 5 })).toBeUndefined();
  });

  it('of one point are a dot, of none nothing', () => {
    const grid = gridOf(3, 1, 'ascii');
    polyline(grid, [], INK);
    expect(textOf(grid)).toEqual(['   ']);
    polyline(grid, [{ x: 0.5, y: 0.5 }], INK);
    expect(textOf(grid)).toEqual([' . ']);
  });

  it('dashed have gaps as long as their dashes, also across corners', () => {
    const grid = gridOf(12, 1, 'ascii');
    const places = Array.from({ length: 12 }, (_, i) => ({ x: (i + 0.5) / 12, y: 0.5 }));
    polyline(grid, places, INK, 3);
    expect(textOf(grid)).toEqual(['...   ...   ']);
  });
});
