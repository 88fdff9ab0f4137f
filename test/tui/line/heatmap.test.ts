import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../toy/phase/cells.js';
import type { PhaseDiagram } from '../../../toy/phase/phase-diagram.js';
import { ansiLine } from '../../../tui/line/ansi.js';
import { heatmap } from '../../../tui/line/heatmap.js';
import { lineText } from '../../../tui/line/styled.js';

const cell = (changes: Partial<Cell>): Cell => ({
  relativeLoss: 0.5,
  loss: 1,
  egn: 1,
  ess: 1,
  shares: [1],
  regime: 'convergence',
  detail: null,
  lyapunov: 0,
  collapsed: false,
  ...changes,
});

/** Two rows (y = 1 below, y = 2 above) of two columns. */
const diagram = (cells: (Cell | null)[][]): PhaseDiagram => ({
  x: { name: 'elr', values: [0.1, 10], scale: 'logarithmic' },
  y: { name: 'alpha2', values: [1, 2], scale: 'linear' },
  cells,
});

const picture = (
  of: PhaseDiagram,
  quantity: 'regime' | 'loss' | 'ess' | 'lyapunov',
  width = 30,
  height = 2,
): string[] => heatmap(of, { quantity, width, height, color: false }).map(lineText);

describe('heatmap', () => {
  const regimes = diagram([
    [cell({}), cell({ regime: 'chaotic equilibrium' })],
    [cell({ regime: 'divergence' }), cell({ regime: 'undecided' })],
  ]);

  it('has y upwards and x to the right, one mark a regime', () => {
    const [title, above, below, axis, legend] = picture(regimes, 'regime');
    expect(title).toBe('alpha2 (linear)');
    expect(above).toBe(`        2┤${'x'.repeat(10)}${'?'.repeat(10)}`);
    expect(below).toBe(`        1┤${'o'.repeat(10)}${'*'.repeat(10)}`);
    expect(axis).toMatch(/^ {10}0\.1 +elr \(logarithmic\) +10$/);
    for (const name of ['convergence', 'chaotic equilibrium', 'divergence', 'undecided'])
      expect(legend).toContain(name);
  });

  it('in colour shows two rows a line by half blocks, in few pieces', () => {
    const [, line] = heatmap(regimes, { quantity: 'regime', width: 30, height: 1, color: true });
    // The tick, then two runs of equal cells: above and below are the two rows.
    expect(line!.map(({ text, color, background }) => [text, color, background])).toEqual([
      ['        1┤', undefined, undefined],
      ['▀'.repeat(10), 'magenta', 'cyan'],
      ['▀'.repeat(10), 'gray', 'yellow'],
    ]);
    expect(ansiLine(line!)).toContain('\x1b[');
  });

  it('shades numbers from the least to the largest, and marks what collapsed', () => {
    const losses = diagram([
      [cell({ relativeLoss: 0 }), cell({ relativeLoss: 0.5 })],
      [cell({ relativeLoss: 1 }), cell({ relativeLoss: Number.NaN, collapsed: true })],
    ]);
    const [, above, below, , legend] = picture(losses, 'loss');
    expect(above!.slice(10)).toBe(`${'█'.repeat(10)}${'!'.repeat(10)}`);
    expect(below!.slice(10)).toBe(`${' '.repeat(10)}${'▒'.repeat(10)}`);
    expect(legend).toMatch(/loss \/ random loss: 0 .* 1 /);
  });

  const collapsed = diagram([
    [cell({ regime: 'convergence', collapsed: true }), cell({})],
    [cell({ regime: 'undecided', collapsed: true, lyapunov: null }), cell({ ess: 0, lyapunov: null })],
  ]);

  it('never shows a collapsed cell as the regime that its run had', () => {
    const [, above, below, , legend] = picture(collapsed, 'regime');
    expect(above!.slice(10)).toBe(`${'!'.repeat(10)}${'o'.repeat(10)}`);
    expect(below!.slice(10)).toBe(`${'!'.repeat(10)}${'o'.repeat(10)}`);
    expect(legend).toMatch(/\? undecided {2}! collapsed$/);
    expect(legend!.length).toBeLessThanOrEqual(78);
  });

  it('in colour gives it one of its own, in picture and legend', () => {
    const [, line, , legend] = heatmap(collapsed, { quantity: 'regime', width: 30, height: 1, color: true });
    expect(line!.slice(1).map(({ color, background }) => [color, background])).toEqual([
      ['red', 'red'],
      ['cyan', 'cyan'],
    ]);
    expect(legend).toContainEqual({ text: '!', color: 'red' });
    const [, losses, , lossLegend] = heatmap(collapsed, { quantity: 'loss', width: 30, height: 1, color: true });
    expect(losses!.slice(1)[0]).toEqual({ text: '▀'.repeat(10), color: 'red', background: 'red' });
    expect(lossLegend).toContainEqual({ text: '!', color: 'red' });
  });

  it('in colour draws numbers by half blocks too, from blue to magenta', () => {
    const losses = diagram([[cell({ relativeLoss: 0 }), cell({ relativeLoss: 1 })]]);
    const [, line, , legend] = heatmap(losses, { quantity: 'loss', width: 30, height: 1, color: true });
    expect(line!.slice(1)).toEqual([
      { text: '▀'.repeat(10), color: 'blue', background: 'blue' },
      { text: '▀'.repeat(10), color: 'magenta', background: 'magenta' },
    ]);
    expect(legend!.map(({ color }) => color)).toEqual(
      expect.arrayContaining(['blue', 'cyan', 'green', 'yellow', 'magenta']),
    );
  });

  it('tells quasi-periodic from chaotic where the diagram does', () => {
    const both = diagram([
      [
        cell({ regime: 'chaotic equilibrium', detail: 'quasi-periodic' }),
        cell({ regime: 'chaotic equilibrium', detail: 'chaotic' }),
      ],
    ]);
    const lines = picture(both, 'regime', 30, 1);
    expect(lines[1]!.slice(10)).toBe(`${'~'.repeat(10)}${'*'.repeat(10)}`);
    expect(lines.at(-1)).toMatch(/\* chaotic .*~ quasi-periodic/);
  });

  it('marks nothing else as collapsed: no step at all is the least, what is not known a dot', () => {
    expect(picture(collapsed, 'ess')[1]!.slice(10)).toBe(`${'!'.repeat(10)}${' '.repeat(10)}`);
    expect(picture(collapsed, 'lyapunov')[1]!.slice(10)).toBe(`${'!'.repeat(10)}${'·'.repeat(10)}`);
  });

  it('lets a computed cell stand for its neighbours while the diagram is coarse', () => {
    const coarse = diagram([
      [cell({ regime: 'divergence' }), null],
      [null, null],
    ]);
    expect(picture(coarse, 'regime')[1]!.slice(10)).toBe('x'.repeat(20));
  });

  it('keeps to its width and height, and takes a single cell and equal values', () => {
    const one: PhaseDiagram = {
      x: { name: 'elr', values: [1], scale: 'linear' },
      y: { name: 'lr', values: [1], scale: 'linear' },
      cells: [[cell({})]],
    };
    for (const [width, height] of [
      [30, 5],
      [78, 20],
      [120, 1],
    ] as const) {
      const lines = picture(one, 'loss', width, height);
      expect(lines).toHaveLength(height + 3);
      for (const line of lines.slice(0, -1)) expect([...line].length).toBeLessThanOrEqual(Math.max(width, 40));
    }
  });
});
