import { describe, expect, it } from 'vitest';
import { evaluateCells } from '../../../../toy/phase/cells.js';
import { equilibrium } from '../../../../toy/theory/equilibrium.js';
import { expectOneLineError, json, refused, regimes } from '../../../cli.js';

const RATIOS = 'x1^2/(x1^2+y1^2) + 3*x2^2/(x2^2+y2^2)';

interface Point {
  readonly elr: number;
  readonly simulated: number;
  readonly predicted: number;
}

describe('regimes toy sweep', () => {
  it('gives the simulated quantity beside the closed form, over a logarithmic range', async () => {
    const { points } = (await json('toy', 'sweep', '--alpha', '1,2,4', '--elr', '0.01:1:5')) as { points: Point[] };
    expect(points.map(({ elr }) => elr)).toEqual([0.01, 0.0316227766017, 0.1, 0.316227766017, 1]);
    const cells = evaluateCells(
      points.map(({ elr }) => ({ alpha: [1, 2, 4], elr })),
      { steps: 2000 },
    );
    points.forEach(({ elr, simulated, predicted }, i) => {
      expect(predicted).toBe(equilibrium([1, 2, 4], elr).loss);
      expect(simulated).toBe(cells[i]!.loss);
    });
  });

  it('can be of the norm share of a group', async () => {
    const words = ['toy', 'sweep', '--alpha', '1,3', '--elr', '0.27,0.3', '--quantity', 'share2'];
    const { points } = (await json(...words)) as { points: Point[] };
    for (const { simulated, predicted } of points) {
      expect(predicted).toBe(0.75);
      // Near the threshold, k = 1.08 and 1.2, shares settle on T4 but for the neutral modes.
      expect(Math.abs(simulated - 0.75)).toBeLessThan(0.01);
    }
    expectOneLineError(await refused(...words.slice(0, -1), 'share3'), /share3: there are 2 groups/);
    expectOneLineError(await refused(...words.slice(0, -1), 'norm'), /Allowed: loss.*share1/);
  });

  it('has no closed form to show for other motions, and prints CSV', async () => {
    const words = ['toy', 'sweep', '--alpha', '1', '--elr', '0.5:1.5:2:lin', '--momentum', '0.5', '--csv'];
    const { code, out } = await regimes(...words);
    expect(code).toBe(0);
    const rows = out.trim().split('\n');
    expect(rows[0]).toBe('elr,simulated,predicted');
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatch(/^0\.5,[^,]+,$/);
  });
});

describe('regimes toy phase', () => {
  const words = ['toy', 'phase', '--alpha', '1,1', '--x', 'elr=0.05:50:40', '--y', 'alpha2=0.5:5:50', '--steps', '200'];

  it('gives axes and cells, the same on threads as alone', async () => {
    const { x, y, cells } = (await json(...words, '--threads', '2')) as {
      x: number[];
      y: number[];
      cells: { regime: string; detail: string | null }[][];
    };
    expect([x.length, y.length, cells.length, cells[0]!.length]).toEqual([40, 50, 50, 40]);
    for (const [row, column] of [
      [0, 0],
      [49, 39],
      [13, 21],
      [30, 7],
    ] as const) {
      const [alone] = evaluateCells([{ alpha: [1, y[row]!], elr: x[column]! }], { steps: 200 });
      expect(cells[row]![column]).toEqual({ regime: alone!.regime, detail: null });
    }
  });

  it('is a picture with axes and legend where nobody asks for data', async () => {
    const { code, out } = await regimes(...words, '--quantity', 'loss');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(23);
    expect(lines[0]).toBe('alpha 1,1, mean of the last half');
    expect(lines.slice(1, 3).join('\n')).toMatch(/^alpha2/m);
    expect(lines.slice(1, 3).join('\n')).toMatch(/loss \/ loss of random points \S+ \[/);
    expect(lines.at(-2)).toMatch(/0\.1 +1 +10/);
    expect(lines.at(-1)!.trim()).toBe('ELR of the toy');
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(78);
  });

  it.each([
    [['--x', 'alpha3=0.1:1:4'], /unknown axis alpha3; allowed: elr/],
    [['--x', 'elr=0.1:1'], /FROM:TO:COUNT/],
    [['--x', 'elr=-1:1:4'], /FROM:TO:COUNT/],
    [['--x', '0.1:1:4'], /NAME=/],
    [['--x', 'weight-decay=0.1:0.5:4'], /give --elr or --lr/],
    [['--x', 'weight-decay=0.1:0.5:4', '--elr', '1'], /--weight-decay needs --lr/],
  ])('refuses %j', async (changed, expected) => {
    const result = await refused('toy', 'phase', '--alpha', '1,1', '--y', 'alpha2=0.5:5:3', ...changed);
    expectOneLineError(result, expected);
  });
});

describe('regimes toy spectrum and lyapunov', () => {
  it('give the multipliers beside T5', async () => {
    const { multipliers, predicted } = (await json('toy', 'spectrum', '--alpha', '1,2,4', '--elr', '0.3')) as {
      multipliers: { re: number; im: number; abs: number }[];
      predicted: { re: number; im: number; abs: number }[];
    };
    // k = 2.1: cos omega = 2 / 4.41 - 1.
    expect(predicted[0]!.re).toBeCloseTo(2 / 4.41 - 1, 14);
    expect(multipliers).toHaveLength(5);
    for (const { abs } of multipliers.slice(0, 4)) expect(abs).toBeCloseTo(1, 12);
    expect(multipliers[4]!.re).toBeCloseTo(2 / 4.41 - 1, 12);
  });

  it('tell chaos from order', async () => {
    const at = (elr: string) => json('toy', 'lyapunov', '--alpha', '1,2,4', '--elr', elr, '--steps', '2000');
    expect((await at('0.5')).motion).toBe('chaotic');
    expect((await at('0.157')).motion).toBe('quasi-periodic or neutral');
  });
});

describe('motions', () => {
  it('with weight decay start on no orbit but end at the ELR 1/S on average (T8)', async () => {
    const state = await json('toy', 'equilibrium', '--alpha', '1,2,4', '--lr', '0.5', '--weight-decay', '0.05');
    expect(state.squaredNorm).toBeCloseTo(3.5, 14);
    expect(state.elr).toBeCloseTo(1 / 7, 15);
    expect(state.loss).toBeCloseTo(3.5 * 0.025, 14);
  });

  it('with frozen shares are circles of their own (T7), in closed form and simulated', async () => {
    const words = ['--alpha', '1,2', '--elr', '0.5', '--projection', 'group'];
    const run = await json('toy', 'simulate', ...words, '--steps', '2000');
    const shares = run.shares as number[];
    const state = await json(
      'toy',
      'equilibrium',
      ...words,
      '--shares',
      shares.map((share) => share.toString()).join(','),
    );
    // Both groups settle on attracting orbits: only rounding of the shares' sum is left.
    expect((run.loss as { mean: number }).mean).toBeCloseTo(state.loss as number, 10);
    expect(run.identities).toEqual({ K1: null, K2: null, K3: null });
  });
});

describe('functions of the user', () => {
  it('behave as the toy that they spell out', async () => {
    const threshold = await json('toy', 'thresholds', '--function', RATIOS);
    expect(threshold.convergence).toBeCloseTo(1 / 4, 8);
    const words = ['--elr', '0.3', '--steps', '3000'];
    const theirs = await json('toy', 'simulate', '--function', RATIOS, ...words);
    const ours = await json('toy', 'simulate', '--alpha', '1,3', ...words);
    expect(theirs.regime).toBe(ours.regime);
    // k = 1.2: regular motion, the same start; the loss of T4 on both sides.
    const loss = (run: Record<string, unknown>) => (run.loss as { mean: number }).mean;
    expect(loss(theirs)).toBeCloseTo(loss(ours), 6);
  });

  it('run in every command', async () => {
    const f = ['--function', RATIOS];
    expect((await json('toy', 'equilibrium', ...f, '--elr', '0.3')).regime).toBe('chaotic equilibrium');
    expect((await json('toy', 'sweep', ...f, '--elr', '0.1,0.3')).points).toHaveLength(2);
    expect((await json('toy', 'spectrum', ...f, '--elr', '0.2')).multipliers).toHaveLength(3);
    expect((await json('toy', 'lyapunov', ...f, '--elr', '1', '--steps', '500')).motion).toBe('chaotic');
    const axes = ['--x', 'elr=0.1:2:5', '--y', 'momentum=0:0.9:3:lin'];
    expect((await json('toy', 'phase', ...f, ...axes)).cells).toHaveLength(3);
  });

  it.each([
    [['--function', 'x1^2+y1^2'], /group 1 .*rescaled/],
    [['--function', 'process.exit(1)'], /allowed: numbers, coordinates/],
    [['--function', RATIOS, '--alpha', '1'], /either --alpha/],
    [['--alpha', '1', '--groups', 'x1,y1'], /--groups requires --function/],
  ])('refuse %j', async (words, expected) => {
    expectOneLineError(await refused('toy', 'thresholds', ...words), expected);
  });
});

describe('options that do not apply', () => {
  const F = ['--function', RATIOS];
  it.each([
    [['toy', 'equilibrium', ...F, '--elr', '0.3', '--momentum', '0.9'], /--momentum does not apply/],
    [['toy', 'equilibrium', '--alpha', '1,2', '--elr', '0.3', '--weight-decay', '0.1'], /--weight-decay .*needs --lr/],
    [
      ['toy', 'equilibrium', '--alpha', '1', '--elr', '2', '--momentum', '0.5'],
      /no closed form with momentum; .*simulate/,
    ],
    [['toy', 'equilibrium', '--alpha', '1', '--elr', '2', '--noise', '0.1'], /no closed form with noise from k = 1 on/],
    [['toy', 'equilibrium', '--alpha', '1', '--lr', '2', '--weight-decay', '0.6'], /1 or more; allowed: below 1/],
    [
      ['toy', 'equilibrium', '--alpha', '1', '--elr', '1', '--lr', '1', '--weight-decay', '0.1'],
      /--elr does not apply/,
    ],
    [['toy', 'thresholds', '--alpha', '1', '--lr', '1', '--noise', '0.1'], /--lr, --noise do not apply/],
    [['toy', 'thresholds', ...F, '--momentum', '0.5'], /--momentum does not apply/],
    [['toy', 'sweep', '--alpha', '1', '--elr', '1,2', '--lr', '1'], /--lr does not apply.*axis lr/],
    [
      ['toy', 'phase', '--alpha', '1,1', '--x', 'elr=1:2:2', '--y', 'alpha2=1:2:2', '--elr', '1'],
      /elr is both an option and an axis/,
    ],
    [['toy', 'phase', '--alpha', '1,1', '--x', 'elr=1:2:2', '--y', 'elr=1:2:2'], /both axes/],
    [['bogus'], /unknown command 'bogus'.*toy, train/],
  ])('are refused, %j', async (words, expected) => {
    expectOneLineError(await refused(...words), expected);
  });

  it('leave the norm free on an axis of learning rates, as with --lr', async () => {
    const axes = ['--x', 'lr=0.5:0.6:2', '--y', 'weight-decay=0.01:0.05:2', '--quantity', 'loss'];
    const free = await json('toy', 'phase', '--alpha', '1,1', ...axes);
    expect(free.cells).toEqual((await json('toy', 'phase', '--alpha', '1,1', ...axes, '--projection', 'none')).cells);
    const joint = await json('toy', 'phase', '--alpha', '1,1', ...axes, '--projection', 'joint');
    expect(free.cells).not.toEqual(joint.cells);
  });
});
