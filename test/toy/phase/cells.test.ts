import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { simulateToy } from '../../../toy/dynamics/simulate.js';
import { checkAxes, checkAxis, withParameter, withParameterEach } from '../../../toy/phase/axis.js';
import { type CellParameters, columnsOf, partOfColumns, repeatedCell } from '../../../toy/phase/cell-parameters.js';
import { evaluateCells } from '../../../toy/phase/cells.js';
import { checkCell } from '../../../toy/phase/check-cells.js';
import { computePhaseDiagram, type PhaseDiagram, refinements } from '../../../toy/phase/phase-diagram.js';
import { equilibrium } from '../../../toy/theory/equilibrium.js';
import { MAIN } from '../../cli.js';

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

  it.each<[CellParameters, string]>([
    [{ alpha: [1] }, 'alpha of 1'],
    [{ alpha: [1], learningRate: 1 }, 'alpha of 1, learningRate'],
    [{ alpha: [1], elr: 1, noise: 0.1 }, 'alpha of 1, elr, noise'],
    [{ alpha: [1, 2], elr: 1 }, 'alpha of 2, elr'],
  ])('are refused where one has not what the first has: %j', (cell, found) => {
    const both = (): unknown => evaluateCells([{ alpha: [1], elr: 1 }, cell], { steps: 9 });
    expect(both).toThrow(new UsageError(`a cell has ${found}; allowed: what the first has, alpha of 1, elr`));
  });

  it('have the ESS of a fixed ELR also where the norm is free: only directions matter', () => {
    const [joint] = evaluateCells([at(1.1)], { steps: 500 });
    const [free] = evaluateCells([at(1.1)], { steps: 500, projection: 'none' });
    // The same path in other lengths: rounding, hardly magnified near the threshold.
    expect(Math.abs(free!.ess / joint!.ess - 1)).toBeLessThan(1e-9);
    expect(Math.abs(free!.egn / joint!.egn - 1)).toBeLessThan(1e-9);
  });

  it('measure the gradients of the batch where there is batch noise, as a single run does', () => {
    // Below the threshold k = p nothing magnifies rounding.
    const [elr, probability] = [0.3 / 7, 0.5];
    const [cell] = evaluateCells([{ alpha, elr, probability }], { steps: 60 });
    const { recorded } = simulateToy(alpha, elr, { steps: 60, seed: 1, probability, record: true });
    const tail = recorded!.slice(30);
    const mean = tail.reduce((sum, { egn }) => sum + egn, 0) / tail.length;
    expect(Math.abs(cell!.egn / mean - 1)).toBeLessThan(1e-6);
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

  it.each(['probability', 'noise'] as const)('are so with %s too, which is that of a single run', (name) => {
    const many = Array.from({ length: 300 }, (_, i) => ({ ...at(0.05 + i / 400), [name]: 0.2 + i / 1000 }));
    const together = evaluateCells(many, { steps: 100 });
    for (const place of [3, 255, 256, 299]) {
      expect(together[place]).toEqual(evaluateCells([many[place]!], { steps: 100 })[0]);
      const { elr, ...cell } = many[place]!;
      const single = simulateToy(alpha, elr!, { steps: 100, [name]: cell[name as keyof typeof cell] });
      // The same trajectory but for rounding.
      expect(Math.abs(together[place]!.loss / single.decision.evidence.level - 1)).toBeLessThan(1e-9);
    }
  });

  it('are collapsed and undecided where a number overflows', () => {
    for (const cell of [
      { alpha, learningRate: 1e200 },
      { alpha, elr: 0.3, noise: 1e308 },
      { alpha, elr: 1e307 },
    ]) {
      const projection = 'learningRate' in cell ? 'none' : 'joint';
      const [overflow] = evaluateCells([cell], { steps: 100, projection });
      expect(overflow).toMatchObject({ collapsed: true, regime: 'undecided', detail: null });
    }
    // One step: coordinates of 1e200 are finite, their norm is not.
    const [huge] = evaluateCells([{ alpha, learningRate: 1e200 }], { steps: 1, projection: 'none' });
    expect(huge!.collapsed).toBe(true);
    expect(evaluateCells([at(1.1)])[0]!.collapsed).toBe(false);
  });

  it('are not collapsed where a gradient underflows', () => {
    const cell = { alpha: [1], learningRate: 0.05, weightDecay: 0.05 };
    // Of a single run the steps without a gradient, to rounding, are known: the cell ends amid them.
    const run = simulateToy([1], { learningRate: 0.05 }, { steps: 2000, weightDecay: 0.05, record: true });
    const steps = run.recorded!.findIndex(({ egn }) => egn === 0) + 5;
    expect(steps).toBeGreaterThan(5);
    expect(evaluateCells([cell], { steps, projection: 'none' })[0]!.collapsed).toBe(false);
  });

  it('are refused where weight decay takes the whole norm away', () => {
    const cell = (learningRate: number, weightDecay: number) => ({ alpha, learningRate, weightDecay });
    for (const bad of [cell(1, 1), cell(2, 0.7)]) {
      expect(() => checkCell(bad)).toThrow(UsageError);
      expect(() => evaluateCells([cell(1, 0.5), bad])).toThrow(/allowed: their product below 1$/);
    }
    for (const good of [cell(1, 0.99), cell(0.5, 1.9), at(3), { alpha, weightDecay: 2 }])
      expect(() => checkCell(good)).not.toThrow();
  });

  it('of too few steps are undecided', () => {
    expect(evaluateCells([at(3)], { steps: 20 })[0]!.regime).toBe('undecided');
    expect(evaluateCells([at(3)], { steps: 1 })[0]!.regime).toBe('undecided');
  });
});

describe('axes', () => {
  const axis = (name: string, values: readonly number[] = [0.1, 0.5]) => ({ name, values, scale: 'linear' as const });

  const allowed = (name: string): string =>
    ({
      momentum: 'from 0 to below 1',
      probability: 'above 0 and at most 1',
      'weight-decay': 'numbers from 0 on',
      noise: 'numbers from 0 on',
    })[name] ?? 'positive numbers';

  it('set one parameter, the ratio at a constant sum', () => {
    expect(withParameter(at(1), 'elr', 2)).toEqual({ alpha, elr: 2 });
    expect(withParameter(at(7), 'alpha2', 9)).toEqual({ alpha: [1, 9, 4], elr: 1 });
    expect(withParameter({ alpha: [1, 2] }, 'weight-decay', 0.1)).toEqual({ alpha: [1, 2], weightDecay: 0.1 });
    expect(withParameter({ alpha: [1, 2] }, 'ratio', 2).alpha).toEqual([1, 2]);
    expect(withParameter({ alpha: [1, 2] }, 'ratio', 5).alpha).toEqual([0.5, 2.5]);
  });

  it('set it in many cells as in each alone', () => {
    const cells = [at(1), at(7), { alpha: [3, 0.1, 8], elr: 2 }];
    const values = [0.3, 5, 1e-3];
    for (const name of ['elr', 'weight-decay', 'alpha3', 'batch']) {
      const each = withParameterEach(columnsOf(cells), name, Float64Array.from(values));
      expect(each).toEqual(columnsOf(cells.map((cell, i) => withParameter(cell, name, values[i]!))));
    }
    const pairs = cells.map(({ elr }, i) => ({ alpha: [1 + i, 2], elr: elr! }));
    expect(withParameterEach(columnsOf(pairs), 'ratio', Float64Array.from(values))).toEqual(
      columnsOf(pairs.map((cell, i) => withParameter(cell, 'ratio', values[i]!))),
    );
    expect(partOfColumns(columnsOf(cells), 1, 9)).toEqual(columnsOf(cells.slice(1)));
    expect(repeatedCell(at(3), 2)).toEqual(columnsOf([at(3), at(3)]));
  });

  it('that do not exist, or leave their range, are refused', () => {
    expect(() => checkAxis(axis('beta'), 2)).toThrow(/unknown axis beta; allowed: elr/);
    expect(() => checkAxis(axis('alpha3'), 2)).toThrow(/alpha3/);
    expect(() => checkAxis(axis('ratio'), 3)).toThrow(/ratio/);
    for (const name of ['toString', 'constructor', '__proto__', 'alpha0', 'learningRate'])
      expect(() => checkAxis(axis(name), 2)).toThrow(/^unknown axis/);
    for (const [name, bad] of [
      ...['elr', 'lr', 'alpha1', 'ratio', 'probability'].flatMap((positive) => [
        [positive, 0] as const,
        [positive, -1] as const,
      ]),
      ['momentum', 1],
      ['momentum', -0.1],
      ['probability', 1.1],
      ['weight-decay', -0.1],
      ['noise', -0.1],
      ['elr', Number.POSITIVE_INFINITY],
      ['noise', Number.NaN],
    ] as const)
      for (const values of [
        [0.5, bad],
        [bad, 0.5],
      ])
        expect(() => checkAxis(axis(name, values), 2)).toThrow(
          new UsageError(`the axis ${name} reaches ${bad}; allowed: ${allowed(name)}`),
        );
    for (const name of ['weight-decay', 'noise', 'momentum'])
      expect(() => checkAxis(axis(name, [0, 0.5]), 2)).not.toThrow();
    expect(() => checkAxis(axis('weight-decay', [0.5, 3]), 2)).not.toThrow();
    expect(() => checkAxis(axis('probability', [0.5, 1]), 2)).not.toThrow();
    for (const name of ['elr', 'lr', 'alpha2', 'ratio', 'noise']) expect(() => checkAxis(axis(name), 2)).not.toThrow();
  });
});

describe('two axes', () => {
  const axis = (name: string) => ({ name, values: [0.1, 0.5], scale: 'linear' as const });

  it('are of different parameters, each as it must be alone', () => {
    expect(() => checkAxes(axis('elr'), axis('alpha2'), 2)).not.toThrow();
    expect(() => checkAxes(axis('elr'), axis('elr'), 2)).toThrow(
      new UsageError('both axes are elr; allowed: two different ones'),
    );
    expect(() => checkAxes(axis('elr'), axis('beta'), 2)).toThrow(/unknown axis beta/);
    expect(() => checkAxes(axis('beta'), axis('elr'), 2)).toThrow(/unknown axis beta/);
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

  it('are the same with threads beside the caller, level by level', async () => {
    const values = (from: number, to: number, count: number): number[] =>
      Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
    const many = { ...x, values: values(0.05, 5, 40) };
    const ratios = { name: 'ratio', values: values(0.2, 3, 60), scale: 'logarithmic' as const };
    const computed = async (threads: number) => {
      const known: number[] = [];
      const onRefined = ({ cells }: PhaseDiagram) => known.push(cells.flat().filter((cell) => cell !== null).length);
      const options = { steps: 40, threads, onRefined };
      return { known, ...(await computePhaseDiagram({ alpha: [1, 2] }, many, ratios, options)) };
    };
    const [alone, beside] = [await computed(1), await computed(3)];
    expect(alone.known).toEqual([600, 2400]);
    expect(beside.known).toEqual(alone.known);
    expect(beside.cells).toEqual(alone.cells);
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

  it('are refused, as cells are, without a rate or a number of steps', async () => {
    const rate = /^a cell has no rate; allowed: elr or learningRate/;
    const alphas = { ...y, name: 'alpha1' };
    await expect(computePhaseDiagram({ alpha: [1, 1] }, alphas, y, { threads: 1 })).rejects.toThrow(rate);
    expect(() => evaluateCells([{ alpha: [1] }])).toThrow(rate);
    expect(evaluateCells([])).toEqual([]);
    for (const steps of [0, 2.5, Number.NaN]) {
      const message = `the number of steps is ${steps}; allowed: a whole number from 1 on`;
      await expect(computePhaseDiagram({ alpha: [1, 1] }, x, y, { steps })).rejects.toThrow(new UsageError(message));
      expect(() => evaluateCells([{ alpha: [1], elr: 1 }], { steps })).toThrow(new UsageError(message));
    }
  });

  it('are refused before anything is computed where an axis is none of this toy', async () => {
    const axis = (name: string, values = [0.5, 1]) => ({ name, values, scale: 'linear' as const });
    for (const [second, message] of [
      [axis('alpha3'), /^unknown axis alpha3; allowed: elr/],
      [axis('elr'), /^both axes are elr/],
      [axis('noise', [-1, 0]), /^the axis noise reaches -1; allowed: numbers from 0 on/],
      [axis('alpha2', []), /^the axis alpha2 has no values; allowed: at least one/],
    ] as const) {
      const refused = computePhaseDiagram({ alpha: [1, 1] }, x, second, { threads: 1 });
      await expect(refused).rejects.toThrow(UsageError);
      await expect(refused).rejects.toThrow(message);
    }
  });

  it('are refused before anything is computed where weight decay takes the whole norm away at a corner', async () => {
    const rates = { name: 'lr', values: [0.1, 1, 3], scale: 'logarithmic' as const };
    const decays = { name: 'weight-decay', values: [0.1, 0.4], scale: 'linear' as const };
    for (const [first, second] of [
      [rates, decays],
      [{ ...rates, values: [3, 1, 0.1] }, decays],
      [decays, { ...rates, values: [3, 0.1] }],
    ] as const) {
      const onProgress = () => expect.unreachable();
      await expect(computePhaseDiagram({ alpha: [1] }, first, second, { threads: 1, onProgress })).rejects.toThrow(
        UsageError,
      );
    }
  });

  it('end at once, with code 130 and nothing printed, when interrupted while threads are busy', async () => {
    // 90,000 cells of 20,000 steps: a minute or more. 1,500 cells make the first picture, a progress line comes after two
    // seconds and once a task of a thread is done, or with the picture.
    const words = ['--alpha', '1,1', '--x', 'elr=0.01:10:300', '--y', 'alpha2=0.1:10:300', '--threads', '2', '--json'];
    const child = spawn(process.execPath, [MAIN, 'toy', 'phase', ...words, '--steps', '20000']);
    const written = { out: '', err: '' };
    child.stdout.on('data', (text: Buffer) => {
      written.out += text.toString();
    });
    const exit = once(child, 'exit');
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (text: Buffer) => {
        written.err += text.toString();
        if (/phase diagram/.test(written.err)) resolve();
      });
    });
    // Threads start at the first picture; half a second later they are busy.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const begin = performance.now();
    child.kill('SIGINT');
    expect(await exit).toEqual([130, null]);
    // A task takes longer than this, a hundred of them a minute.
    expect(performance.now() - begin).toBeLessThan(3000);
    expect(written.out).toBe('');
    expect(written.err).toMatch(/\ninterrupted\n$/);
    expect(written.err).not.toMatch(/ at /);
  });
});
