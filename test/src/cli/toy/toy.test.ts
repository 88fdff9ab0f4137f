import { describe, expect, it } from 'vitest';
import { expectOneLineError, json, regimes } from '../../../cli.js';

describe('regimes toy, as JSON', () => {
  it('thresholds', async () => {
    expect(await json('toy', 'thresholds', '--alpha', '1,2,4')).toEqual({
      alpha: [1, 2, 4],
      sum: 7,
      convergence: 1 / 7,
      divergence: { tolerance: 0.05, elr: expect.closeTo(20 / 7, 14) },
    });
  });

  it('equilibrium', async () => {
    const state = await json('toy', 'equilibrium', '--alpha', '1,2,4', '--elr', '0.3');
    expect(Object.keys(state)).toEqual(['k', 'regime', 'loss', 'egn', 'ess', 'shares', 'noiseShare']);
    // By hand: k = 2.1, F = 3.5 * 1.1 / 2.1, ess = sqrt(3.41), g = ess / elr.
    expect(state).toEqual({
      k: expect.closeTo(2.1, 14),
      regime: 'chaotic equilibrium',
      loss: expect.closeTo(3.85 / 2.1, 13),
      egn: expect.closeTo(Math.sqrt(3.41) / 0.3, 13),
      ess: expect.closeTo(Math.sqrt(3.41), 13),
      shares: [1 / 7, 2 / 7, 4 / 7],
      // Three groups beyond k = 2.
      noiseShare: null,
    });
  });

  it('simulate', async () => {
    const words = ['toy', 'simulate', '--alpha', '1,2,4', '--elr', `${1.1 / 7}`, '--steps', '20000', '--seed', '1'];
    const run = await json(...words);
    // T4 at k = 1.1; the neutral modes keep an amplitude of order 1e-3.
    const nearly = (value: number) => expect.closeTo(value, 3);
    expect(run).toEqual({
      regime: 'chaotic equilibrium',
      loss: { mean: expect.closeTo(0.318182, 4), std: expect.any(Number) },
      egn: { mean: nearly((7 * Math.sqrt(0.21)) / 1.1) },
      // (k + 1) / 2 of T14.
      noiseShare: {
        ...{ value: nearly(1.05), error: expect.any(Number), closedForm: expect.closeTo(1.05, 14) },
        condition: expect.stringContaining('orbit of T4'),
      },
      shares: [nearly(1 / 7), nearly(2 / 7), nearly(4 / 7)],
      ess: [nearly(Math.sqrt(0.21)), nearly(Math.sqrt(0.21)), nearly(Math.sqrt(0.21))],
      identities: { K1: expect.closeTo(0, 14), K2: expect.closeTo(0, 14), K3: expect.closeTo(0, 14) },
    });
  });
});

describe('regimes toy, for people', () => {
  it('thresholds are a table', async () => {
    const { code, out, err } = await regimes('toy', 'thresholds', '--alpha', '1,2,4', '--tolerance', '0.1');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/convergence +up to 0\.1429 +up to 1\n/);
    expect(out).toMatch(/divergence +from 1\.429 +from 10\n/);
    // 1 / (0.4 * 7).
    expect(out).toMatch(
      /within 10% of that \(tolerance 0\.1\)\.\nNetworks .* within 40%: .* ELR 0\.3571 of the toy\.\n/,
    );
    const main = await regimes('toy', 'thresholds', '--alpha', '1,2,4', '--tolerance', '0.4');
    expect(main.out).toMatch(/within 40% of that, as for networks \(tolerance 0\.4\)\.\n$/);
  });

  it('a simulation stands beside the closed form, under a plot of its loss', async () => {
    const { code, out, err } = await regimes('toy', 'simulate', '--alpha', '1,2', '--elr', '0.2', '--steps', '500');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^mean of the last half +closed form \(T3, T4\) +simulated\nregime +convergence +convergence\n/m,
    );
    expect(out).toMatch(/norm share 2 +>= 0\.4 +0\.\d+\n/);
    const [title, legend, ...chart] = out.split('\n\n')[0]!.split('\n');
    expect(title).toBe('alpha 1,2, k = 0.6, 500 steps');
    expect(legend).toMatch(/^loss +─ loss/);
    // The loss falls over decades: the axis is logarithmic.
    expect(out).toMatch(/^1e-\d+┤/m);
    expect(chart.join('\n')).toMatch(/╰─+╮/);
    for (const line of out.split('\n').slice(0, 17)) expect([...line].length).toBeLessThanOrEqual(78);
  });

  it('a sweep is points with the marks of their regimes over the closed form, then a table', async () => {
    const words = ['toy', 'sweep', '--alpha', '1,2,4', '--elr', '0.05:5:7', '--steps', '300'];
    const { code, out } = await regimes(...words);
    expect(code).toBe(0);
    const [figure, table] = out.trimEnd().split('\n\n');
    const lines = figure!.split('\n');
    expect(lines[0]).toBe('loss of the toy, mean of the last half, alpha 1,2,4, 300 steps');
    expect(lines[1]).toMatch(/o conv.*─ simulated {2}┄ closed form/);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(78);
    // Words name the axis and the thresholds.
    const marks = [
      ...lines
        .slice(2)
        .join('')
        .replace(/[a-z]{2,}/gi, ''),
    ].filter((char) => 'o*x?'.includes(char));
    expect(marks).toHaveLength(7);
    expect(table!.split('\n')).toHaveLength(8);
    expect(table).toMatch(/^ *ELR +simulated, mean of the last half +closed form\n/);
    const [plain] = (await regimes(...words, '--momentum', '0.5')).out.split('\n\n');
    expect(plain).not.toMatch(/closed form/);
  });
});

describe('bad input', () => {
  const simulate = ['toy', 'simulate', '--alpha', '1', '--elr', '1'];
  it.each([
    [['toy', 'thresholds', '--alpha', '1,-2'], /alpha.*positive numbers/],
    [['toy', 'thresholds', '--alpha', ''], /alpha.*positive numbers/],
    [['toy', 'thresholds'], /either --alpha, .* or --function/],
    [['toy', 'equilibrium', '--alpha', '1', '--elr', '0'], /elr.*greater than 0/],
    [['toy', 'equilibrium', '--alpha', '1', '--elr', 'abc'], /elr.*greater than 0/],
    [['toy', 'equilibrium', '--alpha', '10', '--elr', '1e308'], /elr.*finite/],
    [[...simulate, '--steps', '0'], /steps.*from 1 on/],
    [[...simulate, '--steps', '1e12'], /--steps 1000000000000 needs at least .* of memory/],
    [[...simulate, '--seed', '-1'], /seed.*from 0 on/],
    [[...simulate, '--stepz', '5'], /unknown option '--stepz'.*--steps/],
    [['toy', 'thresholdz'], /unknown command 'thresholdz'.*thresholds, equilibrium, simulate/],
    [['toy'], /missing command.*thresholds, equilibrium, simulate/],
  ])('%j is one line on stderr and code 2', async (words, expected) => {
    const result = await regimes(...words);
    expectOneLineError(result, expected);
    expect(result.err).not.toMatch(/Did you mean/);
  });
});
