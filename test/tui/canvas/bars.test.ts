import { describe, expect, it } from 'vitest';
import { barCells, barColumns } from '../../../tui/canvas/bars.js';
import { figureLines } from '../../../tui/canvas/canvas.js';
import { groupBarsFigure } from '../../../tui/figure/group-bars.js';
import { textOf } from '../text.js';

const figure = groupBarsFigure({
  ...{ title: 'Bars', quantity: 'shares', names: ['a', 'b'], measured: [0.5, 1], predicted: [1, 0.25] },
  ...{ errors: [0.25, Number.NaN], statement: 'so', regime: 'chaotic equilibrium' },
});

describe('bars', () => {
  it('stand side by side in the middle of their place', () => {
    expect(barColumns(0, 2, 20)).toEqual({ measured: [1, 4], predicted: [5, 4] });
    expect(barColumns(1, 2, 20)).toEqual({ measured: [11, 4], predicted: [15, 4] });
    // Two columns, one a bar; one column for the measured one alone.
    expect(barColumns(3, 10, 20)).toEqual({ measured: [6, 1], predicted: [7, 1] });
    expect(barColumns(3, 10, 10)).toEqual({ measured: [3, 1], predicted: [4, 0] });
  });

  it('are as high as their value, in eighths of a row', () => {
    expect(barCells(0.5, 10, 8)).toEqual({ full: 5, rest: 0 });
    expect(barCells(0.53, 10, 8)).toEqual({ full: 5, rest: 2 });
    expect(barCells(0, 10, 8)).toEqual({ full: 0, rest: 0 });
    expect(barCells(7, 10, 1)).toEqual({ full: 10, rest: 0 });
  });

  it('show what is measured beside what is predicted', () => {
    const [, , ...lines] = textOf(
      figureLines({ ...figure, y: { ...figure.y, range: [0, 1] } }, { width: 24, height: 8, glyphs: 'ascii' }),
    );
    // Four rows: 1/2 is two of them; its error reaches a quarter further.
    const column = (at: number): string =>
      lines
        .slice(0, 4)
        .map((line) => line[at])
        .join('');
    const start = lines[3]!.indexOf('#');
    expect(column(start)).toBe('  ##');
    expect(column(start + 1)).toBe(' |##');
    expect(column(lines[3]!.indexOf(':'))).toBe('::::');
    expect(column(lines[3]!.lastIndexOf('#'))).toBe('####');
    expect(column(lines[3]!.lastIndexOf(':'))).toBe('   :');
  });
});
