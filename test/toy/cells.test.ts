import { describe, expect, it } from 'vitest';
import { checkAxis, withParameter } from '../../toy/axis.js';
import { type CellParameters, evaluateCells } from '../../toy/cells.js';
import { computePhaseDiagram, type PhaseDiagram, refinements } from '../../toy/phase-diagram.js';
import { simulateToy } from '../../toy/simulate.js';
import { equilibrium } from '../../toy/theory.js';

const alpha = [1, 2, 4];
const at = (k: number): CellParameters => ({ alpha, elr: k / 7 });

describe('cells', () => {
  it.each([0.3, 0.9, 1.1, 1.5, 3, 40])('have the regime of the closed form and of a single run, k = %d', (k) => {
    const [cell] = evaluateCells([at(k)], { steps: 4000 });
    const single = simulateToy(alpha, k / 7, { steps: 4000, seed: 1 });
    expect(cell!.regime).toBe(equilibrium(alpha, k / 7).regime);
    expect(cell!.regime).toBe(single.decision.regime);
    // The same trajectory but for rounding, which chaos magnifies; both average its second half.
    const tolerance = k < 1.2 ? 1e-9 : 0.05;
    expect(Math.abs(cell!.loss - single.decision.evidence.level)).toBeLessThanOrEqual(tolerance * 3.5);
  });

  it('are the same whichever cells they are computed with', () => {
    const many = Array.from({ length: 300 }, (_, i) => at(0.5 + i / 100));
    const together = evaluateCells(many, { steps: 100 });
    expect(together[299]).toEqual(evaluateCells([many[299]!], { steps: 100 })[0]);
  });

  it('tell quasi-periodic from chaotic motion', () => {
    const details = evaluateCells([at(0.5), at(1.05), at(1.15), at(3), at(10)], { steps: 4000, lyapunov: true });
    expect(details.map(({ detail }) => detail)).toEqual([
      null,
      'quasi-periodic',
      'quasi-periodic',
      'chaotic',
      'chaotic',
    ]);
    expect(evaluateCells([at(3)])[0]!.detail).toBeNull();
  });

  it('are collapsed where a group rests exactly on its unstable minimum, or a number overflows', () => {
    // Weight decay far beyond the stable range: the norm overflows.
    const [overflow] = evaluateCells([{ alpha: [1], learningRate: 1, weightDecay: 1e308 }], {
      steps: 10,
      projection: 'none',
    });
    expect(overflow!.collapsed).toBe(true);
    expect(overflow!.regime).toBe('undecided');
    expect(evaluateCells([at(1.1)])[0]!.collapsed).toBe(false);
  });

  it('of too few steps are undecided', () => {
    expect(evaluateCells([at(3)], { steps: 20 })[0]!.regime).toBe('undecided');
    expect(evaluateCells([at(3)], { steps: 1 })[0]!.regime).toBe('undecided');
  });
});

describe('axes', () => {
  const axis = (name: string, values: readonly number[] = [0.1, 0.5]) => ({ name, values, scale: 'linear' as const });

  it('set one parameter, the ratio at a constant sum', () => {
    expect(withParameter(at(1), 'elr', 2)).toEqual({ alpha, elr: 2 });
    expect(withParameter(at(7), 'alpha2', 9)).toEqual({ alpha: [1, 9, 4], elr: 1 });
    expect(withParameter({ alpha: [1, 2] }, 'weight-decay', 0.1)).toEqual({ alpha: [1, 2], weightDecay: 0.1 });
    expect(withParameter({ alpha: [1, 2] }, 'ratio', 2).alpha).toEqual([1, 2]);
    expect(withParameter({ alpha: [1, 2] }, 'ratio', 5).alpha).toEqual([0.5, 2.5]);
  });

  it('that do not exist, or leave their range, are refused', () => {
    expect(() => checkAxis(axis('beta'), 2)).toThrow(/unknown axis beta; allowed: elr/);
    expect(() => checkAxis(axis('alpha3'), 2)).toThrow(/alpha3/);
    expect(() => checkAxis(axis('ratio'), 3)).toThrow(/ratio/);
    expect(() => checkAxis(axis('momentum', [0.5, 1]), 2)).toThrow(/below 1/);
    expect(() => checkAxis(axis('probability', [0.5, 1.1]), 2)).toThrow(/at most 1/);
    for (const name of ['elr', 'lr', 'alpha2', 'ratio', 'noise']) expect(() => checkAxis(axis(name), 2)).not.toThrow();
  });
});

describe('phase diagrams', () => {
  it('are refined over every cell once, coarse to fine', () => {
    for (const [rows, columns] of [
      [1, 1],
      [7, 5],
      [40, 80],
      [33, 100],
    ] as const) {
      const levels = refinements(rows, columns, 20);
      const places = levels.flat().map(({ row, column }) => row * columns + column);
      expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: rows * columns }, (_, i) => i));
      expect(levels[0]!.length).toBeLessThanOrEqual(20);
    }
  });

  const x = { name: 'elr', values: [0.05, 0.2, 1, 5, 50], scale: 'logarithmic' as const };
  const y = { name: 'alpha2', values: [0.5, 1, 3], scale: 'logarithmic' as const };

  it('hold at each place what the cell alone gives', async () => {
    const heard: PhaseDiagram[] = [];
    const options = { steps: 300, threads: 1, onRefined: (diagram: PhaseDiagram) => heard.push(diagram) };
    const { cells } = await computePhaseDiagram({ alpha: [1, 1] }, x, y, options);
    expect(heard.length).toBeGreaterThan(0);
    y.values.forEach((alpha2, row) => {
      x.values.forEach((elr, column) => {
        expect(cells[row]![column]).toEqual(evaluateCells([{ alpha: [1, alpha2], elr }], { steps: 300 })[0]);
      });
    });
  });

  it('can be aborted', async () => {
    const abort = new AbortController();
    const promise = computePhaseDiagram({ alpha: [1, 1] }, x, y, {
      threads: 1,
      onProgress: () => abort.abort(),
      signal: abort.signal,
    });
    await expect(promise).rejects.toThrow(/abort/i);
  });
});
